import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, extname, join } from "node:path";
import { build } from "esbuild";

const ROOT = join(import.meta.dirname, "..");
const MODULES = join(ROOT, "node_modules");
export const RUNTIME_FOLDER = join(ROOT, "out", "runtime");

/** Options of Node that a kiosk's supervisor starts the runtime with: a small young generation costs nothing that anybody sees. */
export const RUNTIME_NODE_OPTIONS = ["--max-semi-space-size=2"] as const;

/** Packages with a native part: they find it beside themselves, so that they stay packages. */
const NATIVE = ["better-sqlite3", "@serialport/bindings-cpp"];
/** What the headers of a native part are for: building it, which nobody does here. */
const BUILD_ONLY = new Set(["node-addon-api"]);
/** What a package runs on; its sources, its documents and its tests are none of it. */
const RUN_TIME_FILES = new Set([".js", ".cjs", ".mjs", ".json", ".node"]);

/**
 * Bundles the kiosk's runtime so that it carries only what it imports: `main.js`, its native packages with the builds for
 * this machine's platform, the services as data, and a `package.json` that names the version.
 *
 * @returns the folder and the bytes in it.
 */
export async function buildRuntime(folder = RUNTIME_FOLDER): Promise<{ folder: string; bytes: number }> {
  rmSync(folder, { recursive: true, force: true });
  await build({
    entryPoints: [join(ROOT, "kiosk", "runtime", "main.ts")],
    outfile: join(folder, "main.js"),
    bundle: true,
    platform: "node",
    target: "node24",
    format: "esm",
    external: NATIVE,
    minifySyntax: true,
    minifyWhitespace: true,
    charset: "utf8",
    legalComments: "external",
    logLevel: "warning",
    // What came as CommonJS asks for Node's modules by `require`, which an ECMAScript module does not have.
    banner: {
      js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);',
    },
  });
  for (const name of closure(NATIVE)) copyPackage(name, folder);
  cpSync(join(ROOT, "flows", "services"), join(folder, "services"), {
    recursive: true,
    filter: (file) => statSync(file).isDirectory() || extname(file) === ".yaml",
  });
  const { version, license } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
  const manifest = { name: "ventanilla-runtime", version, license, private: true, type: "module" };
  writeFileSync(join(folder, "package.json"), `${JSON.stringify(manifest, null, 2)}\n`);
  return { folder, bytes: size(folder) };
}

/** Folders, below `node_modules`, of `names` and all that they need at run time; what lies inside a package comes with it. */
function closure(names: readonly string[]): Set<string> {
  const found = new Set<string>();
  const visit = (path: string) => {
    if (BUILD_ONLY.has(basename(path)) || found.has(path)) return;
    found.add(path);
    const { dependencies = {} } = JSON.parse(readFileSync(join(MODULES, path, "package.json"), "utf8"));
    for (const dependency of Object.keys(dependencies)) {
      const inside = join(path, "node_modules", dependency);
      visit(existsSync(join(MODULES, inside)) ? inside : dependency);
    }
  };
  for (const name of names) visit(name);
  return new Set([...found].filter((path) => !path.includes("/node_modules/")));
}

function copyPackage(name: string, folder: string): void {
  const from = join(MODULES, name);
  cpSync(from, join(folder, "node_modules", name), {
    recursive: true,
    filter: (file) => (statSync(file).isDirectory() ? wanted(file.slice(from.length)) : carried(file)),
  });
}

/** Whether a directory of a package, relative to it, may hold something to run here. */
function wanted(path: string): boolean {
  if (/^\/(src|deps|node_modules\/(?:node-addon-api|\.bin))$/.test(path)) return false;
  return !/^\/prebuilds\/./.test(path) || path.includes(`${process.platform}-${process.arch}`);
}

function carried(file: string): boolean {
  if (basename(file).startsWith("LICENSE")) return true;
  if (!RUN_TIME_FILES.has(extname(file))) return false;
  return basename(dirname(file)) !== "prebuilds" || basename(file).startsWith(`${process.platform}-${process.arch}.`);
}

function size(folder: string): number {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((file) => statSync(join(folder, file)))
    .reduce((sum, file) => sum + (file.isFile() ? file.size : 0), 0);
}

if (import.meta.main) {
  mkdirSync(dirname(RUNTIME_FOLDER), { recursive: true });
  const { folder, bytes } = await buildRuntime();
  console.log(
    `${folder}: ${(bytes / 1e6).toFixed(1)} MB; node ${RUNTIME_NODE_OPTIONS.join(" ")} main.js --config FILE`,
  );
}
