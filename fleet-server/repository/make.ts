import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Clock } from "../../base/clock.ts";
import { type CodedError, coded } from "../../base/registry/coded-error.ts";
import { err, ok, type Result } from "../../base/result.ts";
import { composeRoot, composeTargets, delegationDocument, keysDocument, roleDocument } from "./documents.ts";
import { makeKey, type SigningKey, signWith } from "./keys.ts";
import { MetadataFiles, SERVICES } from "./metadata-files.ts";
import { signOnline } from "./sign-online.ts";

export type InitOptions = {
  /** Directory of the repository; must not hold one already. */
  readonly directory: string;
  /** Directory for the off-line keys: root, targets, services. */
  readonly keys: string;
  /** Directory for the on-line keys: snapshot, timestamp. The fleet server's `keys`. */
  readonly onlineKeys: string;
  readonly clock: Clock;
  /** How many root keys there are, and how many of them must sign; 1 of 1 unless given. */
  readonly rootKeys?: { readonly count: number; readonly threshold: number };
};

/** Makes an empty repository with all its keys, signed and ready to be served. */
export async function initRepository(options: InitOptions): Promise<Result<void, CodedError>> {
  const { directory, keys, onlineKeys, clock } = options;
  const { count, threshold } = options.rootKeys ?? { count: 1, threshold: 1 };
  if (!(threshold >= 1 && threshold <= count && count <= 9))
    return err(coded("update.repository", `${threshold} of ${count} root keys cannot be asked for`));
  const files = new MetadataFiles(directory);
  if ((await files.root()).ok) return err(coded("update.repository", `${directory} holds one already`));
  await files.prepare();
  await mkdir(join(directory, "targets"), { recursive: true });
  const rootKeys: SigningKey[] = [];
  for (let made = 0; made < count; made++) rootKeys.push(await makeKey(keys, "root"));
  const [targetsKey, servicesKey] = [await makeKey(keys, "targets"), await makeKey(keys, SERVICES)];
  const [snapshotKey, timestampKey] = [await makeKey(onlineKeys, "snapshot"), await makeKey(onlineKeys, "timestamp")];

  const now = clock.now();
  const services = composeTargets({ targets: {} }, SERVICES, 1, now);
  const targets = composeTargets({ targets: {}, delegations: delegationDocument([servicesKey]) }, "targets", 1, now);
  const roles = {
    root: roleDocument(rootKeys, threshold),
    targets: roleDocument([targetsKey]),
    snapshot: roleDocument([snapshotKey]),
    timestamp: roleDocument([timestampKey]),
  };
  const root = composeRoot({ keys: keysDocument([...rootKeys, targetsKey, snapshotKey, timestampKey]), roles }, 1, now);
  for (const [role, metadata, signers] of [
    [SERVICES, services, [servicesKey]],
    ["targets", targets, [targetsKey]],
    // Last: a repository without a root is none.
    ["root", root, rootKeys],
  ] as const) {
    const signed = signWith(metadata, signers, role, roleDocument(signers));
    if (!signed.ok) return signed;
    await files.write(role, metadata);
  }
  const online = await signOnline({ directory, onlineKeys, clock });
  return online.ok ? ok() : online;
}
