import type { Transaction } from "kysely";
import { sql } from "kysely";
import type { Clock } from "../../base/clock.ts";
import type { Role } from "../api/contract/access.ts";
import { json } from "../store/database.ts";
import type { FleetDatabase } from "../store/schema.ts";

/** Ids that mean something else in the audit trail. */
const RESERVED = ["server"];

export type NewAccount = {
  readonly name: string;
  readonly roles: readonly Role[];
  readonly source: "local" | "oidc";
  readonly password: string | null;
  readonly subject: string | null;
};

/**
 * Adds a member of staff. The id is made from the name, so that people can read the audit trail; staff are disabled and never
 * deleted, so that an id never means somebody else.
 *
 * @returns the id; undefined when the name is taken.
 */
export async function addAccount(
  account: NewAccount,
  clock: Clock,
  within: Transaction<FleetDatabase>,
): Promise<string | undefined> {
  await lockStaff(within);
  const taken = await within.selectFrom("staff").select("id").where("name", "=", account.name).executeTakeFirst();
  if (taken !== undefined) return undefined;
  const slug = slugOf(account.name);
  const alike = await within.selectFrom("staff").select("id").where("id", "like", `${slug}%`).execute();
  const used = new Set([...RESERVED, ...alike.map(({ id }) => id)]);
  let id = slug;
  for (let suffix = 2; used.has(id); suffix++) id = `${slug}-${suffix}`;
  await within
    .insertInto("staff")
    .values({
      ...{ id, name: account.name, password: account.password, roles: json(account.roles), source: account.source },
      ...{ subject: account.subject, disabled: false, created_at: clock.now(), last_seen: null },
    })
    .execute();
  return id;
}

/** Changes of staff wait for each other, so that two of them cannot remove the last two administrators. */
export async function lockStaff(within: Transaction<FleetDatabase>): Promise<void> {
  await sql`lock table staff in share row exclusive mode`.execute(within);
}

function slugOf(name: string): string {
  const slug = name
    .normalize("NFKD")
    .toLowerCase()
    .replace(/[\u0300-\u036f]/g, "")
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 40);
  return slug === "" ? "staff" : slug;
}
