import { createHash } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { Metadata, MetaFile, type Root, Snapshot, type Targets, Timestamp } from "@tufjs/models";
import type { Clock } from "../../base/clock.ts";
import { type CodedError, coded } from "../../base/registry/coded-error.ts";
import { err, ok, type Result } from "../../base/result.ts";
import { rootDocument } from "./documents.ts";
import { readKeys, signWith } from "./keys.ts";
import { type AnyMetadata, expiryOf, halfOver, MetadataFiles, type Read, SPECIFICATION } from "./metadata-files.ts";

export type OnlineOptions = {
  /** Directory of the repository. */
  readonly directory: string;
  /** Directory of the snapshot's and timestamp's keys. */
  readonly onlineKeys: string;
  readonly clock: Clock;
};

/** What the off-line roles signed, verified: the root, and every role of targets that kiosks will ask for. */
export type VerifiedRoles = {
  readonly root: Metadata<Root>;
  readonly targets: ReadonlyMap<string, Read<Targets>>;
};

/** Verifies root, targets and what targets delegate to. The server signs for nothing that a kiosk would refuse. */
export async function readVerified(files: MetadataFiles): Promise<Result<VerifiedRoles, CodedError>> {
  const root = await files.root();
  if (!root.ok) return root;
  const self = verified(root.value.metadata, "root", root.value.metadata);
  if (!self.ok) return self;
  const top = await files.targets("targets");
  if (!top.ok) return top;
  const signed = verified(root.value.metadata, "targets", top.value.metadata);
  if (!signed.ok) return signed;
  const targets = new Map([["targets", top.value]]);
  for (const role of Object.keys(top.value.metadata.signed.delegations?.roles ?? {})) {
    const delegated = await files.targets(role);
    if (!delegated.ok) return delegated;
    const byTargets = verified(top.value.metadata, role, delegated.value.metadata);
    if (!byTargets.ok) return byTargets;
    targets.set(role, delegated.value);
  }
  return ok({ root: root.value.metadata, targets });
}

/**
 * Signs a new snapshot and timestamp when targets' metadata changed, keys changed, or half of their life is over. The timestamp is
 * written last: until then kiosks see the old state as a whole.
 *
 * @returns whether anything was signed, and the versions that count now.
 */
export async function signOnline(
  options: OnlineOptions,
): Promise<Result<{ signed: boolean; snapshot: number; timestamp: number }, CodedError>> {
  const files = new MetadataFiles(options.directory);
  const roles = await readVerified(files);
  if (!roles.ok) return roles;
  const { root, targets } = roles.value;
  const now = options.clock.now();
  const meta = Object.fromEntries([...targets].map(([role, read]) => [`${role}.json`, metaOf(read)]));
  const snapshot = await current(files, root, meta, options);
  if (!snapshot.ok) return snapshot;
  const old = await files.timestamp();
  const snapshotMeta = metaOf(snapshot.value.read);
  if (old.ok && holds(root, "timestamp", old.value.metadata, now)) {
    const { signed } = old.value.metadata;
    if (sameFile(signed.snapshotMeta, snapshotMeta))
      return ok({ signed: false, snapshot: snapshotMeta.version, timestamp: signed.version });
  }
  const version = (old.ok ? old.value.metadata.signed.version : 0) + 1;
  const timestamp = new Metadata(
    new Timestamp({ version, specVersion: SPECIFICATION, expires: expiryOf("timestamp", now), snapshotMeta }),
  );
  const signed = await sign(timestamp, "timestamp", root, options.onlineKeys);
  if (!signed.ok) return signed;
  await files.write("timestamp", timestamp);
  return ok({ signed: true, snapshot: snapshotMeta.version, timestamp: version });
}

/** The snapshot of `meta`: the one that is there when it still serves, or a new one. */
async function current(
  files: MetadataFiles,
  root: Metadata<Root>,
  meta: Readonly<Record<string, MetaFile>>,
  { onlineKeys, clock }: OnlineOptions,
): Promise<Result<{ read: Read<Snapshot> }, CodedError>> {
  const now = clock.now();
  const old = await files.snapshot();
  if (old.ok) {
    const { signed } = old.value.metadata;
    for (const [file, { version }] of Object.entries(signed.meta))
      if ((meta[file]?.version ?? 0) < version && verified(root, "snapshot", old.value.metadata).ok)
        return err(coded("update.repository", `${file} is older than version ${version}, which kiosks have seen`));
    const same = Object.keys(meta).length === Object.keys(signed.meta).length;
    if (same && Object.entries(meta).every(([file, is]) => sameFile(signed.meta[file], is)))
      if (holds(root, "snapshot", old.value.metadata, now)) return ok({ read: old.value });
  }
  const version = (old.ok ? old.value.metadata.signed.version : 0) + 1;
  const metadata = new Metadata(
    new Snapshot({ version, specVersion: SPECIFICATION, expires: expiryOf("snapshot", now), meta: { ...meta } }),
  );
  const signed = await sign(metadata, "snapshot", root, onlineKeys);
  if (!signed.ok) return signed;
  return ok({ read: { metadata, bytes: await files.write("snapshot", metadata) } });
}

async function sign(
  metadata: Metadata<Snapshot | Timestamp>,
  role: string,
  root: Metadata<Root>,
  keys: string,
): Promise<Result<void, CodedError>> {
  return signWith(metadata, await readKeys(keys, role), role, rootDocument(root).roles[role]);
}

function verified(
  delegator: Metadata<Root> | Metadata<Targets>,
  role: string,
  metadata: AnyMetadata,
): Result<void, CodedError> {
  try {
    delegator.verifyDelegate(role, metadata);
    return ok();
  } catch (problem) {
    return err(coded("update.not-signed", problem instanceof Error ? problem.message : role));
  }
}

/** Whether what is signed still serves: by today's keys, and with more than half of its life ahead. */
function holds(root: Metadata<Root>, role: string, metadata: Metadata<Snapshot | Timestamp>, now: number): boolean {
  return verified(root, role, metadata).ok && !halfOver(role, metadata.signed.expires, now);
}

function metaOf({ metadata, bytes }: Read<Targets> | Read<Snapshot>): MetaFile {
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  return new MetaFile({ version: metadata.signed.version, length: bytes.length, hashes: { sha256 } });
}

function sameFile(a: MetaFile | undefined, b: MetaFile): boolean {
  return a !== undefined && isDeepStrictEqual(a.toJSON(), b.toJSON());
}
