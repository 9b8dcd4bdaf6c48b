import type { Metadata, Root, Targets } from "@tufjs/models";
import type { Clock } from "../../base/clock.ts";
import { type CodedError, coded } from "../../base/registry/coded-error.ts";
import { err, ok, type Result } from "../../base/result.ts";
import {
  composeRoot,
  composeTargets,
  type RoleDocument,
  type RootDocument,
  rootDocument,
  type TargetsDocument,
  targetsDocument,
} from "./documents.ts";
import { readKeys, type SigningKey, signWith } from "./keys.ts";
import { MetadataFiles, SERVICES } from "./metadata-files.ts";
import { readVerified } from "./sign-online.ts";

export type OfflineOptions = {
  /** Directory of the repository. */
  readonly directory: string;
  /** Directory of the keys of root, targets and services: on a machine or a stick that is off line. */
  readonly keys: string;
  readonly clock: Clock;
};

export type TargetsRole = "targets" | typeof SERVICES;
/** The newest off-line metadata, verified. */
export type Draft = { readonly root: Metadata<Root> } & Readonly<Record<TargetsRole, Metadata<Targets>>>;

export async function readDraft(directory: string): Promise<Result<Draft, CodedError>> {
  const roles = await readVerified(new MetadataFiles(directory));
  if (!roles.ok) return roles;
  const { root, targets } = roles.value;
  const [top, services] = [targets.get("targets"), targets.get(SERVICES)];
  if (top === undefined || services === undefined)
    return err(coded("update.repository", "its targets do not delegate services: another tool made it"));
  return ok({ root, targets: top.metadata, services: services.metadata });
}

/**
 * Signs the next version of targets or services and writes it.
 *
 * @param change what is different in it.
 * @param rule whose keys must sign; those that the draft names unless given.
 */
export async function publishTargets(
  { directory, keys, clock }: OfflineOptions,
  role: TargetsRole,
  draft: Draft,
  change: (document: TargetsDocument) => TargetsDocument,
  rule: RoleDocument | undefined = ruleOf(draft, role),
): Promise<Result<Metadata<Targets>, CodedError>> {
  const { version } = draft[role].signed;
  const next = composeTargets(change(targetsDocument(draft[role])), role, version + 1, clock.now());
  const signed = signWith(next, await readKeys(keys, role), role, rule);
  if (!signed.ok) return signed;
  await new MetadataFiles(directory).write(role, next);
  return ok(next);
}

/** Signs the next version of the root, by its old keys and by the new ones, and writes it. */
export async function publishRoot(
  { directory, clock }: OfflineOptions,
  root: Metadata<Root>,
  keys: readonly SigningKey[],
  change: (document: RootDocument) => RootDocument,
): Promise<Result<Metadata<Root>, CodedError>> {
  const next = composeRoot(change(rootDocument(root)), root.signed.version + 1, clock.now());
  for (const { roles } of [rootDocument(root), rootDocument(next)]) {
    const signed = signWith(next, keys, "root", roles.root);
    if (!signed.ok) return signed;
  }
  await new MetadataFiles(directory).write("root", next);
  return ok(next);
}

function ruleOf(draft: Draft, role: TargetsRole): RoleDocument | undefined {
  if (role === "targets") return rootDocument(draft.root).roles.targets;
  const delegated = draft.targets.signed.delegations?.roles?.[SERVICES];
  return delegated === undefined ? undefined : { keyids: delegated.keyIDs, threshold: delegated.threshold };
}
