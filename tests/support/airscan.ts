import { execFile } from "node:child_process";
import { existsSync, globSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";

const SCANIMAGE = "/usr/bin/scanimage";
/** A page and its picture are there well within this, milliseconds. */
const WITHIN = 120_000;

/** Why SANE's scanning over eSCL cannot be run here; undefined when it can. */
export function airscanMissing(): string | undefined {
  if (!existsSync(SCANIMAGE)) return "Debian's sane-utils is not installed";
  const backends = globSync("/usr/lib/*/sane/libsane-airscan.so.1");
  return backends.length > 0 ? undefined : "Debian's sane-airscan is not installed";
}

/**
 * Runs `scanimage` with SANE's eSCL backend alone, which knows one scanner and looks for no others.
 *
 * @param folder empty; holds the backend's configuration.
 * @returns its standard output. @throws Error with its own words when it fails.
 */
export async function scanimage(folder: string, address: string, args: readonly string[]): Promise<Buffer> {
  writeFileSync(join(folder, "dll.conf"), "airscan\n");
  writeFileSync(
    join(folder, "airscan.conf"),
    `[devices]\nkiosk = ${address}, eSCL\n[options]\ndiscovery = disable\nws-discovery = off\n`,
  );
  const { stdout } = await promisify(execFile)(SCANIMAGE, args, {
    ...{ timeout: WITHIN, encoding: "buffer", maxBuffer: 64 * 1024 * 1024 },
    env: { ...process.env, SANE_CONFIG_DIR: folder },
  });
  return stdout;
}
