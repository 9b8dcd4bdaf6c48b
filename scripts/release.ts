import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { systemClock } from "../base/node/system-clock.ts";
import type { CodedError } from "../base/registry/coded-error.ts";
import { ok, type Result } from "../base/result.ts";
import { addRelease } from "../fleet-server/repository/edit.ts";
import type { OfflineOptions } from "../fleet-server/repository/offline.ts";
import { signOnline } from "../fleet-server/repository/sign-online.ts";
import { buildRelease, type ReleaseOptions } from "./build-release.ts";

const USAGE = `node scripts/run.mjs scripts/release.ts --version V --directory D --keys OFF [--online-keys ON] [--notes TEXT]

Builds a release of this checkout for this machine's platform, adds it to the update repository in D and signs it. Without
--online-keys the fleet server signs snapshot and timestamp by itself, within minutes.`;

type MakeReleaseOptions = Omit<ReleaseOptions, "output"> & {
  readonly repository: OfflineOptions & { readonly onlineKeys?: string };
  readonly notes?: string;
};

/**
 * Builds a release and signs it into a repository.
 *
 * @returns its path in the repository.
 */
export async function makeRelease(options: MakeReleaseOptions): Promise<Result<string, CodedError>> {
  const { repository, notes, ...release } = options;
  const output = mkdtempSync(join(tmpdir(), "ventanilla-release-"));
  try {
    const added = await addRelease(repository, await buildRelease({ ...release, output }), notes);
    const { onlineKeys } = repository;
    if (!added.ok || onlineKeys === undefined) return added;
    const signed = await signOnline({ ...repository, onlineKeys });
    return signed.ok ? ok(added.value) : signed;
  } finally {
    rmSync(output, { recursive: true, force: true });
  }
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      version: { type: "string" },
      directory: { type: "string" },
      keys: { type: "string" },
      "online-keys": { type: "string" },
      notes: { type: "string" },
    },
  });
  const { version, directory, keys, notes, "online-keys": onlineKeys } = values;
  if (version === undefined || directory === undefined || keys === undefined) {
    console.error(USAGE);
    process.exitCode = 64;
  } else {
    const made = await makeRelease({
      version,
      repository: { directory, keys, clock: systemClock, ...(onlineKeys === undefined ? {} : { onlineKeys }) },
      ...(notes === undefined ? {} : { notes }),
    });
    if (made.ok) console.log(made.value);
    else console.error(`${made.error.code}: ${made.error.message}`);
    process.exitCode = made.ok ? 0 : 1;
  }
}
