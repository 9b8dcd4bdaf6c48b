import { createHash } from "node:crypto";
import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  lutimesSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { type CodedError, coded } from "../../base/registry/coded-error.ts";
import { err, ok, type Result } from "../../base/result.ts";
import { kioskRules } from "../devices/kiosk-rules.ts";
import { run } from "../process.ts";
import { buildContent, type Content } from "./content.ts";
import { controlFile, maintainerScripts } from "./control.ts";
import { DEBIAN_ARCHITECTURES, PACKAGES, type PackageSpec } from "./packages.ts";

export type BuildOptions = {
  /** Folder of the project. */
  readonly project: string;
  /** Where the packages go; `out/packages` of the project when absent. */
  readonly out?: string;
  /** Seconds since the Unix epoch that every file in the packages bears; `SOURCE_DATE_EPOCH`, else the last commit's. */
  readonly epoch?: number;
  /** Bundles that were made before; made from the project when absent. */
  readonly content?: Content;
  readonly say?: (line: string) => void;
};

export type BuiltPackage = {
  readonly name: string;
  readonly version: string;
  readonly file: string;
  readonly sha256: string;
  readonly bytes: number;
};

/** Builds the Debian packages of the kiosk. The same sources and epoch make the same bytes. */
export async function buildPackages(options: BuildOptions): Promise<Result<readonly BuiltPackage[], CodedError>> {
  const { project, say = () => {} } = options;
  const architecture = DEBIAN_ARCHITECTURES[process.arch];
  if (process.platform !== "linux" || architecture === undefined)
    return err(coded("install.unsupported", `packages are built on Linux x64 or arm64, this is ${process.arch}`));
  const out = options.out ?? join(project, "out", "packages");
  const epoch = options.epoch ?? (await sourceDate(project));
  const content =
    options.content === undefined ? await buildContent(project, join(out, "content")) : ok(options.content);
  if (!content.ok) return content;
  const built: BuiltPackage[] = [];
  for (const spec of PACKAGES) {
    const stage = join(out, "stage", spec.name);
    stagePackage(project, stage, spec, content.value, architecture);
    setTimes(stage, epoch);
    const file = join(out, `${spec.name}_${content.value.version}_${architecture}.deb`);
    const made = await run(
      ["dpkg-deb", "--root-owner-group", "-Zzstd", "-z9", "--threads-max=1", "--build", stage, file],
      { environment: { SOURCE_DATE_EPOCH: String(epoch) } },
    );
    if (!made.ok) return made;
    const bytes = readFileSync(file);
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    built.push({ name: spec.name, version: content.value.version, file, sha256, bytes: bytes.length });
    say(`${file} ${(bytes.length / 1e6).toFixed(1)} MB sha256 ${sha256}`);
  }
  rmSync(join(out, "stage"), { recursive: true, force: true });
  return ok(built);
}

/** The time that builds of the same sources share. */
async function sourceDate(project: string): Promise<number> {
  const given = Number(process.env.SOURCE_DATE_EPOCH ?? Number.NaN);
  if (Number.isSafeInteger(given)) return given;
  const commit = await run(["git", "log", "-1", "--format=%ct"], { cwd: project });
  return commit.ok ? Number(commit.value.trim()) : Math.floor(lstatSync(join(project, "package.json")).mtimeMs / 1000);
}

function stagePackage(project: string, stage: string, spec: PackageSpec, content: Content, architecture: string): void {
  rmSync(stage, { recursive: true, force: true });
  mkdirSync(stage, { recursive: true });
  cpSync(join(project, "provisioning", "system", spec.system), stage, { recursive: true });
  const opt = join(stage, "opt", "ventanilla");
  for (const part of spec.release) {
    const from = join(content.release, part);
    if (existsSync(from)) cpSync(from, join(opt, "factory", part), { recursive: true });
  }
  if (spec.system === "runtime") {
    const rules = join(stage, "usr", "lib", "udev", "rules.d");
    mkdirSync(rules, { recursive: true });
    for (const [name, text] of Object.entries(kioskRules())) writeFileSync(join(rules, name), text);
    mkdirSync(join(opt, "node", "bin"), { recursive: true });
    cpSync(process.execPath, join(opt, "node", "bin", "node"), { dereference: true });
    if (content.guard !== undefined) cpSync(content.guard, join(opt, "guard"), { recursive: true });
    cpSync(content.provision, join(opt, "provision"), { recursive: true });
  }
  setModes(stage);
  const control = join(stage, "DEBIAN");
  mkdirSync(control, { mode: 0o755 });
  const configuration = files(join(stage, "etc")).map((file) => `/etc/${file}`);
  if (configuration.length > 0)
    writeFileSync(join(control, "conffiles"), `${configuration.join("\n")}\n`, { mode: 0o644 });
  writeFileSync(join(control, "control"), controlFile(spec, content.version, architecture, size(stage)), {
    mode: 0o644,
  });
  for (const [name, script] of Object.entries(maintainerScripts(spec)))
    writeFileSync(join(control, name), script, { mode: 0o755 });
}

/** Files of a folder, relative to it, sorted; none when there is no such folder. */
function files(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => !lstatSync(join(folder, name)).isDirectory())
    .sort();
}

/** Whatever the builder's umask is, files are readable by all and writable by root alone; what ran stays a program. */
function setModes(folder: string): void {
  chmodSync(folder, 0o755);
  for (const name of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
    const path = join(folder, name);
    const entry = lstatSync(path);
    if (!entry.isSymbolicLink()) chmodSync(path, entry.isDirectory() || (entry.mode & 0o100) !== 0 ? 0o755 : 0o644);
  }
}

function setTimes(folder: string, epoch: number): void {
  for (const name of readdirSync(folder, { recursive: true, encoding: "utf8" }))
    lutimesSync(join(folder, name), epoch, epoch);
  lutimesSync(folder, epoch, epoch);
}

/** Kibibytes, as Debian counts an installed package. */
function size(folder: string): number {
  const bytes = files(folder).reduce((sum, name) => sum + lstatSync(join(folder, name)).size, 0);
  return Math.ceil(bytes / 1024);
}
