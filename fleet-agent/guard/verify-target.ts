import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Clock } from "../../base/clock.ts";
import { writeDurably } from "../../base/node/durable-file.ts";
import { type CodedError, coded } from "../../base/registry/coded-error.ts";
import { err, ok, type Result } from "../../base/result.ts";
import { TrustedMetadata } from "../update/trusted-metadata.ts";
import type { GuardOptions } from "./guard.ts";

/** Roots that one verification walks on. */
const MAX_ROOTS = 256;

export type VerificationOptions = {
  /** Directory that only the guard writes: `root.json` to begin with, then the newest metadata that it has verified. */
  readonly trust: string;
  /** Directory of the agent's update metadata: what is to be verified, not what is believed. */
  readonly metadata: string;
  readonly clock: Clock;
};

/**
 * Verifies a release without the network and without belief in the agent: from the guard's own root on, by the agent's copies of
 * the metadata, down to the target's length and digest. An agent that was taken over can install what the release role signed,
 * and nothing older than what the guard has seen.
 */
export function createVerification({ trust, metadata, clock }: VerificationOptions): GuardOptions["verify"] {
  return async ({ target, length, sha256 }) => {
    const root = await readIfThere(join(trust, "root.json"));
    if (root === undefined) return err(coded("guard.no-trust", join(trust, "root.json")));
    const started = TrustedMetadata.start(root, clock.now());
    if (!started.ok) return started;
    const trusted = started.value;
    let newest = root;
    for (let step = 0; step < MAX_ROOTS; step++) {
      const next = await readIfThere(join(metadata, "root_history", `${trusted.root.version + 1}.root.json`));
      if (next === undefined) break;
      const walked = trusted.updateRoot(next);
      if (!walked.ok) return walked;
      newest = next;
    }
    const fresh = trusted.checkRoot();
    if (!fresh.ok) return fresh;
    const seen = await readRoles(trust);
    // What was seen may have expired since: it stays a bound below which nothing is taken.
    if (seen.timestamp !== undefined) trusted.updateTimestamp(seen.timestamp);
    if (seen.timestamp !== undefined && seen.snapshot !== undefined) trusted.updateSnapshot(seen.snapshot, true);
    const offered = await readRoles(metadata);
    const taken = take(trusted, offered);
    if (!taken.ok) return taken;
    const found = trusted.targets("targets")?.targets[target];
    if (found === undefined || found.length !== length || found.hashes.sha256 !== sha256)
      return err(coded("guard.not-in-metadata", target));
    await mkdir(trust, { recursive: true, mode: 0o700 });
    await writeDurably(join(trust, "root.json"), newest);
    for (const role of ["snapshot", "timestamp"] as const)
      await writeDurably(join(trust, `${role}.json`), offered[role] ?? new Uint8Array());
    return ok();
  };
}

type Roles = { readonly [role in "timestamp" | "snapshot" | "targets"]: Uint8Array | undefined };

function take(trusted: TrustedMetadata, { timestamp, snapshot, targets }: Roles): Result<void, CodedError> {
  if (timestamp === undefined || snapshot === undefined || targets === undefined)
    return err(coded("guard.not-in-metadata", "the agent has no metadata yet"));
  for (const step of [
    () => trusted.updateTimestamp(timestamp),
    () => trusted.updateSnapshot(snapshot, false),
    () => trusted.updateTargets(targets, "targets", "root"),
  ]) {
    const done = step();
    if (!done.ok) return done;
  }
  return ok();
}

async function readRoles(directory: string): Promise<Roles> {
  const [timestamp, snapshot, targets] = await Promise.all(
    ["timestamp", "snapshot", "targets"].map((role) => readIfThere(join(directory, `${role}.json`))),
  );
  return { timestamp, snapshot, targets };
}

async function readIfThere(file: string): Promise<Uint8Array | undefined> {
  return await readFile(file).catch(() => undefined);
}
