import { createPublicKey } from "node:crypto";
import type { Key, Metadata, Root, Snapshot, Targets, Timestamp } from "@tufjs/models";

type Rule = { readonly keyIDs: readonly string[]; readonly threshold: number };
type Delegator = Metadata<Root> | Metadata<Targets>;

/**
 * Whether `metadata` are signed by as many *different* keys as `delegator` asks for `role`. The same key under two key ids, which
 * the specification leaves to whoever signs, counts once.
 *
 * @throws Error saying what is missing.
 */
export function verifyRole(
  delegator: Delegator,
  role: string,
  metadata: Metadata<Root | Timestamp | Snapshot | Targets>,
): void {
  const { keys, rule } = rulesOf(delegator, role);
  const signers = new Set<string>();
  for (const id of rule.keyIDs) {
    const key = Object.hasOwn(keys, id) ? keys[id] : undefined;
    if (key !== undefined && verifies(key, metadata)) signers.add(identity(key));
  }
  if (signers.size < rule.threshold) throw new Error(`signed by ${signers.size} of ${rule.threshold} keys`);
}

function rulesOf({ signed }: Delegator, role: string): { keys: Readonly<Record<string, Key>>; rule: Rule } {
  if (signed.type === "root") {
    const rule = Object.hasOwn(signed.roles, role) ? signed.roles[role] : undefined;
    if (rule !== undefined) return { keys: signed.keys, rule };
  } else if (signed.type === "targets" && signed.delegations !== undefined) {
    const { keys, roles = {}, succinctRoles } = signed.delegations;
    const named = Object.hasOwn(roles, role) ? roles[role] : undefined;
    const rule = named ?? (succinctRoles?.isDelegatedRole(role) ? succinctRoles : undefined);
    if (rule !== undefined) return { keys, rule };
  }
  throw new Error("nobody may sign it");
}

function verifies(key: Key, metadata: Parameters<Key["verifySignature"]>[0]): boolean {
  try {
    key.verifySignature(metadata);
    return true;
  } catch {
    return false;
  }
}

/** One text for one key, however it is written. */
function identity({ keyVal }: Key): string {
  const text = keyVal.public ?? "";
  if (!text.startsWith("-----BEGIN")) return text.toLowerCase();
  return createPublicKey(text).export({ type: "spki", format: "der" }).toString("hex");
}
