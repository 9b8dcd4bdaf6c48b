import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";

/** Why the lab cannot run on this machine: a reason to skip, not a failure. */
export class Unavailable extends Error {}

export type Kernel = {
  /** As `uname -r` will say it, e.g. `6.1.0-56-amd64`. */
  readonly release: string;
  readonly image: string;
  /** Every module of the package by its name, underscores for hyphens. */
  readonly modules: ReadonlyMap<string, string>;
  readonly busybox: string;
};

const DOWNLOAD_WITHIN = 300_000;

/**
 * Debian's stock kernel and its static busybox, unpacked from their packages into `cache` and kept for the next run. Nothing is
 * installed on this machine.
 *
 * @throws Unavailable when apt cannot give them.
 */
export function debianKernel(cache: string): Kernel {
  const kernel = dependency("linux-image-amd64", /^linux-image-\d/);
  const packages = [kernel, "busybox-static"];
  const folder = join(cache, packages.map(versioned).join("+"));
  if (!existsSync(join(folder, "complete"))) {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    run(["apt-get", "-qq", "download", ...packages], folder);
    for (const file of readdirSync(folder).filter((name) => name.endsWith(".deb"))) {
      run(["dpkg-deb", "-x", file, "root"], folder);
      rmSync(join(folder, file));
    }
    writeFileSync(join(folder, "complete"), "");
  }
  const release = kernel.replace("linux-image-", "");
  const root = join(folder, "root");
  return {
    release,
    image: join(root, "boot", `vmlinuz-${release}`),
    modules: new Map(modulesUnder(join(root, "lib", "modules", release))),
    busybox: join(root, "bin", "busybox"),
  };
}

function modulesUnder(folder: string): [string, string][] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".ko"))
    .map((path) => [moduleName(basename(path, ".ko")), join(folder, path)]);
}

function moduleName(name: string): string {
  return name.replaceAll("-", "_");
}

/**
 * The wanted modules and all that they need, in the order in which `insmod` takes them. What a module needs stands in the
 * module itself (`depends=` of its `.modinfo` section).
 *
 * @throws Error that names a module which Debian's kernel does not have.
 */
export function loadOrder(kernel: Kernel, wanted: readonly string[]): string[] {
  const order = new Set<string>();
  const visit = (name: string) => {
    if (order.has(name)) return;
    const file = kernel.modules.get(name);
    if (file === undefined) throw new Error(`${kernel.release} has no module ${name}`);
    for (const needed of dependsOf(file)) visit(needed);
    order.add(name);
  };
  for (const name of wanted) visit(moduleName(name));
  return [...order];
}

function dependsOf(file: string): string[] {
  const [, depends = ""] = /\0depends=([^\0]*)\0/.exec(readFileSync(file, "latin1")) ?? [];
  return depends
    .split(",")
    .filter((name) => name !== "")
    .map(moduleName);
}

function dependency(name: string, pattern: RegExp): string {
  const found = () =>
    run(["apt-cache", "depends", name], "/")
      .split("\n")
      .map((line) => line.replace(/^\s*Depends: /, ""))
      .find((line) => pattern.test(line));
  const known = found();
  if (known !== undefined) return known;
  run(["apt-get", "-qq", "update"], "/");
  const updated = found();
  if (updated === undefined) throw new Unavailable(`apt knows no package ${name}`);
  return updated;
}

function versioned(name: string): string {
  const [, version = "0"] = /^Version: (\S+)$/m.exec(run(["apt-cache", "show", "--no-all-versions", name], "/")) ?? [];
  return `${name}_${version.replaceAll(":", ".")}`;
}

function run([program = "", ...parameters]: readonly string[], folder: string): string {
  const end = spawnSync(program, parameters, { cwd: folder, encoding: "utf8", timeout: DOWNLOAD_WITHIN });
  if (end.status === 0) return end.stdout;
  const cause = end.error?.message ?? end.stderr.trim().split("\n").at(-1) ?? "";
  throw new Unavailable(`${program} ${parameters.join(" ")}: ${cause}`);
}
