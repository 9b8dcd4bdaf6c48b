// Runs one TypeScript program of the project on the project's own Node (the npm package `node`), after installing what
// is missing. Plain JavaScript for any Node that a machine may have: `npm start` must work right after `git clone`.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const node = join(root, "node_modules", ".bin", "node");

/** npm writes this file last; the lock file's own copy inside tells whether the install matches it. */
function installed() {
  const marker = join(root, "node_modules", ".package-lock.json");
  if (!existsSync(marker) || !existsSync(node)) return false;
  const packages = (file) => JSON.parse(readFileSync(file, "utf8")).packages;
  const have = packages(marker);
  const optional = (entry) => entry.optional || entry.devOptional || entry.peer;
  return Object.entries(packages(join(root, "package-lock.json"))).every(
    ([path, entry]) => path === "" || optional(entry) || have[path]?.version === entry.version,
  );
}

if (!installed()) {
  process.stderr.write("Installing the npm packages of package-lock.json …\n");
  const install = spawnSync("npm", ["ci", "--loglevel=error"], { cwd: root, stdio: ["ignore", "ignore", "inherit"] });
  if (install.status !== 0) {
    process.stderr.write(
      "npm ci failed. Is the npm registry reachable, and does package-lock.json match package.json?\n",
    );
    process.exit(1);
  }
}

const [program, ...programArguments] = process.argv.slice(2);
// The channel tells the program when this process is gone, however it went.
const child = spawn(node, ["--disable-warning=ExperimentalWarning", join(root, program), ...programArguments], {
  stdio: ["inherit", "inherit", "inherit", "ipc"],
  env: { ...process.env, PATH: `${dirname(node)}:${process.env.PATH}` },
});
// A signal may be meant for this process alone (a supervisor's, `kill`) or for the whole group (Ctrl-C): the programs take
// what then comes to them twice for one.
for (const name of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(name, () => child.kill(name));
child.on("exit", (code, signal) => process.exit(signal ? 1 : (code ?? 1)));

// npm does not pass on every signal, and cannot pass on the one that kills it: whoever loses it ends too.
const started = ancestors();
setInterval(() => {
  if (ancestors().join() !== started.join()) child.kill("SIGTERM");
}, 1_000).unref();

/** Process ids of the parent and, when that is only the shell that npm runs a script in, of the parent's parent. */
function ancestors() {
  try {
    const [, name, rest] = /^\d+ \((.*)\) \S+ (.*)$/s.exec(readFileSync(`/proc/${process.ppid}/stat`, "utf8")) ?? [];
    const inShell = process.env.npm_lifecycle_event !== undefined && /^(ba|da)?sh$/.test(name);
    return inShell ? [process.ppid, Number.parseInt(rest, 10)] : [process.ppid];
  } catch {
    return [process.ppid];
  }
}
