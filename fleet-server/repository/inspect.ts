import type { TargetFile } from "@tufjs/models";
import { sha256Schema, targetPathSchema } from "../../base/contracts/fleet/names.ts";
import { type TargetCustom, targetCustomSchema } from "../../base/contracts/fleet/release.ts";
import type { CodedError } from "../../base/registry/coded-error.ts";
import { ok, type Result } from "../../base/result.ts";
import { fileOf, hashFile } from "./edit.ts";
import { MetadataFiles } from "./metadata-files.ts";
import { readVerified } from "./sign-online.ts";

export type ListedTarget = {
  readonly path: string;
  readonly length: number;
  readonly sha256: string;
  readonly custom: TargetCustom;
};

/** What kiosks can be given: every target that is signed by the role that kiosks will ask for its path. */
export async function listTargets(directory: string): Promise<Result<ListedTarget[], CodedError>> {
  const roles = await readVerified(new MetadataFiles(directory));
  if (!roles.ok) return roles;
  const { targets } = roles.value;
  const delegations = targets.get("targets")?.metadata.signed.delegations?.roles ?? {};
  const listed = new Map<string, ListedTarget>();
  for (const [role, { metadata }] of targets)
    for (const target of Object.values(metadata.signed.targets)) {
      const allowed = role === "targets" || delegations[role]?.isDelegatedPath(target.path) === true;
      const described = allowed ? describe(target) : undefined;
      if (described !== undefined && !listed.has(target.path)) listed.set(target.path, described);
    }
  return ok([...listed.values()].sort((a, b) => (a.path < b.path ? -1 : 1)));
}

/** When the newest metadata of each role expire, milliseconds since the Unix epoch. */
export async function expiriesOf(directory: string): Promise<Record<string, number>> {
  const files = new MetadataFiles(directory);
  const [roles, snapshot, timestamp] = await Promise.all([readVerified(files), files.snapshot(), files.timestamp()]);
  const found: Record<string, number> = {};
  if (roles.ok) {
    found.root = Date.parse(roles.value.root.signed.expires);
    for (const [role, { metadata }] of roles.value.targets) found[role] = Date.parse(metadata.signed.expires);
  }
  if (snapshot.ok) found.snapshot = Date.parse(snapshot.value.metadata.signed.expires);
  if (timestamp.ok) found.timestamp = Date.parse(timestamp.value.metadata.signed.expires);
  return found;
}

/** What is wrong with the repository as kiosks would find it; empty when nothing is. One English sentence each. */
export async function faultsOf(directory: string, now: number): Promise<string[]> {
  const listed = await listTargets(directory);
  if (!listed.ok) return [listed.error.message];
  const expired = Object.entries(await expiriesOf(directory)).filter(([, expires]) => expires <= now);
  const faults = expired.map(([role, expires]) => `${role} expired at ${new Date(expires).toISOString()}`);
  for (const { path, length, sha256 } of listed.value) {
    const is = await hashFile(fileOf(directory, path, sha256)).catch(() => undefined);
    if (is === undefined) faults.push(`${path}: the file is missing`);
    else if (is.length !== length || is.sha256 !== sha256) faults.push(`${path}: the file is not what was signed`);
  }
  return faults;
}

function describe({ path, length, hashes, custom }: TargetFile): ListedTarget | undefined {
  const about = targetCustomSchema.safeParse(custom);
  const sha256 = sha256Schema.safeParse(hashes.sha256);
  if (!about.success || !sha256.success || !targetPathSchema.safeParse(path).success) return undefined;
  return { path, length, sha256: sha256.data, custom: about.data };
}
