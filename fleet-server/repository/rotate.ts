import { type CodedError, coded } from "../../base/registry/coded-error.ts";
import { err, ok, type Result } from "../../base/result.ts";
import { delegationDocument, keysDocument, type RootDocument, roleDocument } from "./documents.ts";
import { makeKey, readKeys, retireKey, type SigningKey } from "./keys.ts";
import { SERVICES } from "./metadata-files.ts";
import {
  type Draft,
  type OfflineOptions,
  publishRoot,
  publishTargets,
  readDraft,
  type TargetsRole,
} from "./offline.ts";
import { signOnline } from "./sign-online.ts";

export const ROLES = ["root", "targets", SERVICES, "snapshot", "timestamp"] as const;
export type RoleName = (typeof ROLES)[number];

type RotateOptions = OfflineOptions & {
  /** Directory of the keys of snapshot and timestamp. */
  readonly onlineKeys: string;
};

/**
 * Replaces every key of a role by a new one (of the root: the one named, or the first), and signs all that depends on it. What the
 * old key signs is worth nothing from then on. With a new key of snapshot or timestamp kiosks forget the versions that they saw,
 * which undoes what a thief of the old key may have signed.
 *
 * @param keyId of the root key to replace, or its beginning.
 */
export async function rotateKey(options: RotateOptions, role: RoleName, keyId = ""): Promise<Result<void, CodedError>> {
  const draft = await readDraft(options.directory);
  if (!draft.ok) return draft;
  const directory = role === "snapshot" || role === "timestamp" ? options.onlineKeys : options.keys;
  const old = (await readKeys(directory, role)).filter(({ key }) => role !== "root" || key.keyID.startsWith(keyId));
  const retired = role === "root" ? old.slice(0, 1) : old;
  if (role === "root" && retired.length === 0) return err(coded("update.key", `no root key ${keyId} is here`));
  const fresh = await makeKey(directory, role);
  const done =
    role === SERVICES
      ? await rotateServices(options, draft.value, fresh, retired)
      : await rotateTopLevel(options, draft.value, role, fresh, retired);
  if (!done.ok) return done;
  for (const key of retired) await retireKey(key, directory);
  const online = await signOnline(options);
  return online.ok ? ok() : online;
}

/** Signs a role of the off-line ones again, as it is, for another life. */
export async function renew(
  options: OfflineOptions,
  role: "root" | "targets" | typeof SERVICES,
): Promise<Result<void, CodedError>> {
  const draft = await readDraft(options.directory);
  if (!draft.ok) return draft;
  const renewed =
    role === "root"
      ? await publishRoot(options, draft.value.root, await readKeys(options.keys, "root"), (document) => document)
      : await publishTargets(options, role, draft.value, (document) => document);
  return renewed.ok ? ok() : renewed;
}

async function rotateTopLevel(
  options: RotateOptions,
  draft: Draft,
  role: Exclude<RoleName, typeof SERVICES>,
  fresh: SigningKey,
  retired: readonly SigningKey[],
): Promise<Result<void, CodedError>> {
  if (role === "targets") {
    const targets = await signByBoth(options, "targets", draft, [...retired, fresh]);
    if (!targets.ok) return targets;
  }
  const rootKeys = await readKeys(options.keys, "root");
  const root = await publishRoot(options, draft.root, rootKeys, (document) => replaced(document, role, fresh, retired));
  return root.ok ? ok() : root;
}

async function rotateServices(
  options: RotateOptions,
  draft: Draft,
  fresh: SigningKey,
  retired: readonly SigningKey[],
): Promise<Result<void, CodedError>> {
  const services = await signByBoth(options, SERVICES, draft, [...retired, fresh]);
  if (!services.ok) return services;
  const targets = await publishTargets(options, "targets", draft, (document) => ({
    ...document,
    delegations: delegationDocument([fresh]),
  }));
  return targets.ok ? ok() : targets;
}

/** What a role signs by its old keys and its new one holds before its delegator names the new one, and after. */
function signByBoth(
  options: RotateOptions,
  role: TargetsRole,
  draft: Draft,
  keys: readonly SigningKey[],
): Promise<Result<unknown, CodedError>> {
  return publishTargets(options, role, draft, (document) => document, roleDocument(keys));
}

/** The root with `fresh` in the place of `retired`, or of all keys of a role that is not the root. */
function replaced(
  document: RootDocument,
  role: string,
  fresh: SigningKey,
  retired: readonly SigningKey[],
): RootDocument {
  const { keyids, threshold } = document.roles[role] ?? { keyids: [], threshold: 1 };
  const kept = role === "root" ? keyids.filter((id) => retired.every(({ key }) => key.keyID !== id)) : [];
  const roles = { ...document.roles, [role]: { keyids: [...kept, fresh.key.keyID], threshold } };
  const named = new Set(Object.values(roles).flatMap((rule) => rule.keyids));
  const keys = Object.entries({ ...document.keys, ...keysDocument([fresh]) }).filter(([id]) => named.has(id));
  return { keys: Object.fromEntries(keys), roles };
}
