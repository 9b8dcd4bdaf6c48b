import { cpSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { z } from "zod";
import { RELEASE_LIMITS, unpackArchive } from "../../base/node/archive/unpack.ts";
import type { CodedError } from "../../base/registry/coded-error.ts";
import { ok, type Result } from "../../base/result.ts";
import { readJsonFile } from "../json-file.ts";
import { run } from "../process.ts";

/** The programs of the kiosk as folders, each with a `main.js`: what goes into a slot, and what stays outside of the slots. */
export type Content = {
  readonly version: string;
  /** `release.json`, `runtime/`, `ui/`, `shell/`, `agent/`. */
  readonly release: string;
  /** The guard's `main.js`; absent while the project has none. */
  readonly guard: string | undefined;
  /** This tool itself, for the technician at the kiosk. */
  readonly provision: string;
};

const manifestSchema = z.looseObject({ version: z.string() });

/**
 * Makes the bundles of the project in `folder`. The project's own build programs are run, not imported: a package is made of
 * what they leave, and nothing of them is in it.
 *
 * @param project folder of the project.
 */
export async function buildContent(project: string, folder: string): Promise<Result<Content, CodedError>> {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const [script, ...words] of [["build-release.ts", "--output", folder], ["build-wizard.ts"]]) {
    const built = await run([process.execPath, join(project, "scripts", String(script)), ...words], { cwd: project });
    if (!built.ok) return built;
  }
  // What the packages lay down first is, byte for byte, what an update would bring.
  const { version } = readJsonFile(join(project, "package.json"), manifestSchema);
  const release = join(folder, "release");
  const archive = join(folder, `ventanilla-${version}-${process.platform}-${process.arch}.tar.zst`);
  const unpacked = await unpackArchive(archive, release, RELEASE_LIMITS);
  if (!unpacked.ok) return unpacked;
  const guard = join(folder, "guard");
  await bundle(project, "fleet-agent/guard/main.ts", guard);
  // Its lock is SQLite's.
  cpSync(join(release, "runtime", "node_modules"), join(guard, "node_modules"), { recursive: true });
  const provision = join(folder, "provision");
  await bundle(project, "provisioning/cli/main.ts", provision);
  // What the tool runs for a technician, and the page of the wizard, lie where it looks for them.
  await bundle(project, "drivers/cli/main.ts", join(provision, "driver"));
  await bundle(project, "fleet-agent/cli/main.ts", join(provision, "agent-cli"));
  cpSync(join(project, "out", "wizard"), join(provision, "wizard"), { recursive: true });
  cpSync(join(release, "runtime", "node_modules"), join(provision, "node_modules"), { recursive: true });
  return ok({ version, release, guard, provision });
}

/** Packages with a native part, which lie beside the bundles, and tools that only a developer's machine has. */
const EXTERNAL = ["better-sqlite3", "@serialport/bindings-cpp", "node-hid", "pcsc-mini", "esbuild", "playwright-core"];

async function bundle(project: string, entry: string, folder: string): Promise<void> {
  await build({
    entryPoints: { main: join(project, entry) },
    outdir: folder,
    // What only a developer's machine has is imported where it is needed: it must not be asked for at the start.
    splitting: true,
    bundle: true,
    platform: "node",
    target: "node24",
    format: "esm",
    external: EXTERNAL,
    minifySyntax: true,
    minifyWhitespace: true,
    charset: "utf8",
    legalComments: "external",
    logLevel: "warning",
    // What came as CommonJS asks for Node's modules by `require`, which an ECMAScript module does not have.
    banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' },
  });
  writeFileSync(join(folder, "package.json"), `${JSON.stringify({ private: true, type: "module" })}\n`);
}
