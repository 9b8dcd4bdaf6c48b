import { type Key, Metadata, MetadataKind, type Root, type Targets } from "@tufjs/models";
import type { SigningKey } from "./keys.ts";
import { expiryOf, SERVICES, SPECIFICATION } from "./metadata-files.ts";

/** JSON of what is signed, as TUF writes it. */
export type RoleDocument = { keyids: string[]; threshold: number };
export type RootDocument = { keys: Record<string, unknown>; roles: Record<string, RoleDocument> };
export type TargetDocument = { length: number; hashes: { sha256: string }; custom: Readonly<Record<string, unknown>> };
export type TargetsDocument = {
  targets: Record<string, TargetDocument>;
  delegations?: { keys: Record<string, unknown>; roles: unknown[] };
};

type Json = Parameters<typeof Metadata.fromJSON>[1];

/** A root that is not signed yet, with its role's life from `now`. */
export function composeRoot(document: RootDocument, version: number, now: number): Metadata<Root> {
  const signed = { ...common("root", "root", version, now), consistent_snapshot: true, ...document };
  return Metadata.fromJSON(MetadataKind.Root, { signatures: [], signed } as unknown as Json);
}

/** Metadata of targets that are not signed yet, with their role's life from `now`. */
export function composeTargets(
  document: TargetsDocument,
  role: string,
  version: number,
  now: number,
): Metadata<Targets> {
  const signed = { ...common("targets", role, version, now), ...document };
  return Metadata.fromJSON(MetadataKind.Targets, { signatures: [], signed } as unknown as Json);
}

export function rootDocument({ signed }: Metadata<Root>): RootDocument {
  const { keys, roles } = signed.toJSON();
  return { keys, roles } as unknown as RootDocument;
}

export function targetsDocument({ signed }: Metadata<Targets>): TargetsDocument {
  const { targets, delegations } = signed.toJSON();
  return { targets, ...(delegations === undefined ? {} : { delegations }) } as unknown as TargetsDocument;
}

export function roleDocument(keys: readonly { readonly key: Key }[], threshold = 1): RoleDocument {
  return { keyids: keys.map(({ key }) => key.keyID), threshold };
}

export function keysDocument(keys: readonly { readonly key: Key }[]): Record<string, unknown> {
  return Object.fromEntries(keys.map(({ key }) => [key.keyID, key.toJSON()]));
}

/** What targets say of the services' role: its keys, and that nobody else signs below `services/`. */
export function delegationDocument(keys: readonly SigningKey[]): NonNullable<TargetsDocument["delegations"]> {
  const role = { ...roleDocument(keys), name: SERVICES, terminating: true, paths: [`${SERVICES}/*`] };
  return { keys: keysDocument(keys), roles: [role] };
}

function common(type: string, role: string, version: number, now: number) {
  return { _type: type, spec_version: SPECIFICATION, version, expires: expiryOf(role, now) };
}
