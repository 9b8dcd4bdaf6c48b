import { constants } from "node:fs";
import { open } from "node:fs/promises";
import { join } from "node:path";
import type { Clock } from "../../base/clock.ts";
import type { Logger } from "../../base/log.ts";
import { type CodedError, coded } from "../../base/registry/coded-error.ts";
import { err, ok, type Result } from "../../base/result.ts";
import { describeTarget, fitsThisMachine } from "./describe.ts";
import { type FetchFailure, tooLong } from "./fetcher.ts";
import { MetadataCycle } from "./metadata-cycle.ts";
import { MetadataStore } from "./metadata-store.ts";
import { holds } from "./target-file.ts";

export type OfferedOptions = {
  /** Directory of the metadata that the caller itself trusts; nobody else may write there. */
  readonly trust: string;
  /** Directory of the metadata that somebody less trusted offers, laid out as an update client's store. */
  readonly offered: string;
  /** Trusted when `trust` has no root. */
  readonly root?: Uint8Array;
  /** `<process.platform>-<process.arch>`; this machine's unless given. */
  readonly machine?: string;
  readonly clock: Clock;
  readonly log: Logger;
};

type Claim = {
  readonly target: string;
  readonly length: number;
  /** Hex. */
  readonly sha256: string;
  readonly version: string;
};

/**
 * Verifies a release once more, without a network, for a part that trusts nobody but its own root: the metadata come from the one
 * who asks, and go through the same rules as those of a repository.
 */
export async function verifyOffered(
  options: OfferedOptions,
  claim: Claim,
  file: string,
): Promise<Result<void, CodedError>> {
  const { trust, offered, root, machine, clock, log } = options;
  const store = new MetadataStore(trust);
  const now = Math.max(clock.now(), await store.clockFloor());
  const get = (name: string, limit: number) => readOffered(offered, name, limit);
  const cycle = await MetadataCycle.start({ get, store, initialRoot: root, log }, now);
  if (!cycle.ok) return cycle;
  const signal = new AbortController().signal;
  const refreshed = await cycle.value.refresh(signal);
  if (!refreshed.ok) return refreshed;
  await store.raiseClockFloor(now);
  const found = await cycle.value.find(claim.target, signal);
  if (!found.ok) return found;
  const described = describeTarget(found.value);
  if (!described.ok) return described;
  const { length, sha256, custom } = described.value;
  if (
    length !== claim.length ||
    sha256 !== claim.sha256 ||
    custom.kind !== "release" ||
    custom.version !== claim.version
  )
    return err(coded("update.wrong-content", `${claim.target} is not what was asked for`));
  const fits = fitsThisMachine(custom, machine);
  if (!fits.ok) return fits;
  const whole = await holds(file, { path: claim.target, length, hash: { algorithm: "sha256", hex: sha256 } });
  return whole ? ok() : err(coded("update.wrong-content", claim.target));
}

/** `<version>.root.json` lies in the history of roots, everything else under the role's name alone. */
async function readOffered(directory: string, name: string, limit: number): Promise<Result<Uint8Array, FetchFailure>> {
  const isRoot = /^\d+\.root\.json$/.test(name);
  const file = join(directory, isRoot ? join("root_history", name) : name.replace(/^\d+\./, ""));
  const failure = (error: CodedError, status?: number) => err({ error, status, passing: false });
  try {
    // No link and nothing that waits for a writer: whoever offers it chose what lies there.
    const handle = await open(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    try {
      const status = await handle.stat();
      if (!status.isFile()) return failure(coded("update.malformed", `${name} is no file`));
      if (status.size > limit) return err(tooLong(new URL(`file:///${name}`), limit));
      return ok(await handle.readFile());
    } finally {
      await handle.close();
    }
  } catch (problem) {
    const { code } = problem as NodeJS.ErrnoException;
    return failure(coded("update.unreachable", `${name}, ${code}`), code === "ENOENT" ? 404 : undefined);
  }
}
