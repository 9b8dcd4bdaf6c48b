import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { FuseState, FuseV1Options, getCurrentFuseWire } from "@electron/fuses";
import { parse } from "yaml";
import { z } from "zod";
import { type CodedError, coded } from "../../base/registry/coded-error.ts";
import { err, ok, type Result } from "../../base/result.ts";
import { run } from "../process.ts";

export type ElectronPackage = {
  /** The unpacked shell, from which the Debian package of the Electron flavour is made. */
  readonly folder: string;
  /** The fuses as they were read back from its program. */
  readonly fuses: Readonly<Record<string, boolean>>;
};

const settingsSchema = z.looseObject({
  electronDist: z.string(),
  directories: z.looseObject({ output: z.string() }),
  linux: z.looseObject({ executableName: z.string() }),
  electronFuses: z.record(z.string(), z.boolean()),
});

/**
 * Packs the Electron shell with electron-builder's target `dir` and reads the fuses back from the program.
 *
 * @param dist folder of an unpacked Electron distribution; `electronDist` of `electron-builder.yml` when absent.
 * @returns the package; `notBuilt` with the reason where there is no distribution.
 */
export async function packElectronShell(
  project: string,
  { dist, out }: { readonly dist?: string; readonly out?: string } = {},
): Promise<Result<ElectronPackage | { readonly notBuilt: string }, CodedError>> {
  const settings = settingsSchema.parse(parse(readFileSync(join(project, "electron-builder.yml"), "utf8")));
  const electronDist = dist ?? join(project, settings.electronDist);
  if (!existsSync(join(electronDist, "electron")))
    return ok({ notBuilt: `no distribution of Electron in ${electronDist}` });
  const output = out ?? join(project, settings.directories.output);
  rmSync(join(output, "linux-unpacked"), { recursive: true, force: true });
  for (const script of ["scripts/build-ui.ts", "kiosk/shell-electron/build.ts"]) {
    const built = await run([process.execPath, join(project, script)], { cwd: project });
    if (!built.ok) return built;
  }
  const packed = await run(
    [
      process.execPath,
      join(project, "node_modules", "electron-builder", "cli.js"),
      ...["--linux", "dir", "--config", "electron-builder.yml"],
      ...[`-c.electronDist=${electronDist}`, `-c.directories.output=${output}`],
    ],
    { cwd: project, within: 300_000 },
  );
  if (!packed.ok) return packed;
  const folder = join(output, "linux-unpacked");
  const fuses = await readFuses(join(folder, settings.linux.executableName));
  const wrong = Object.entries(settings.electronFuses).filter(([name, value]) => fuses[name] !== value);
  if (wrong.length === 0) return ok({ folder, fuses });
  return err(
    coded("install.fuses", wrong.map(([name, value]) => `${name} is ${fuses[name]}, not ${value}`).join("; ")),
  );
}

/** The fuses of an Electron program, by the names of electron-builder's `electronFuses`. */
async function readFuses(program: string): Promise<Record<string, boolean>> {
  const wire = await getCurrentFuseWire(program);
  const names = Object.entries(FuseV1Options).filter(
    (entry): entry is [string, number] => typeof entry[1] === "number",
  );
  return Object.fromEntries(
    names.map(([name, index]) => [
      `${name.charAt(0).toLowerCase()}${name.slice(1)}`,
      wire[index as FuseV1Options] === FuseState.ENABLE,
    ]),
  );
}
