import { createHash } from "node:crypto";
import { type Kysely, sql, type Transaction } from "kysely";
import { canonicalJson } from "../../base/canonical-json.ts";
import type { Clock } from "../../base/clock.ts";
import { LOCKS } from "../store/locks.ts";
import type { FleetDatabase } from "../store/schema.ts";
import type { Audit, AuditEntry } from "./interface.ts";

const PAGE = 1_000;

type Hashed = Omit<FleetDatabase["audit"], "hash">;

/**
 * The audit trail in the database's table `audit`. An advisory lock that lasts to the end of the transaction lets one
 * writer at a time find the last entry and follow it, so that instances side by side never fork the chain. Append last:
 * others wait until the transaction ends.
 */
export function createAudit(clock: Clock): Audit {
  return {
    async append(entry: AuditEntry, within: Transaction<FleetDatabase>) {
      await sql`select pg_advisory_xact_lock(${LOCKS.audit})`.execute(within);
      const last = await chainHead(within);
      const { actor, action, subject } = entry;
      const content: Hashed = {
        ...{ number: (last?.number ?? 0) + 1, at: clock.now(), actor, action, subject },
        details: canonicalJson(entry.details),
        previous: last?.hash ?? "",
      };
      await within
        .insertInto("audit")
        .values({ ...content, hash: hashOf(content) })
        .execute();
    },
  };
}

/** Number and hash of the last entry: who keeps them elsewhere can tell later whether the chain still leads there. */
export async function chainHead(
  db: Kysely<FleetDatabase>,
): Promise<{ readonly number: number; readonly hash: string } | undefined> {
  return await db.selectFrom("audit").select(["number", "hash"]).orderBy("number", "desc").limit(1).executeTakeFirst();
}

/**
 * Follows the whole chain.
 *
 * @returns the number of the first entry that is missing, changed or out of place; null when the chain holds. What was cut
 *   off at the end cannot be seen from the chain alone: `fleet.audit-head` in the log is for that.
 */
export async function verifyChain(db: Kysely<FleetDatabase>): Promise<number | null> {
  let previous = "";
  let number = 0;
  for (;;) {
    const page = await db
      .selectFrom("audit")
      .selectAll()
      .where("number", ">", number)
      .orderBy("number")
      .limit(PAGE)
      .execute();
    for (const { hash, ...content } of page) {
      number += 1;
      if (content.number !== number || content.previous !== previous || hashOf(content) !== hash) return number;
      previous = hash;
    }
    if (page.length < PAGE) return null;
  }
}

function hashOf({ number, at, actor, action, subject, details, previous }: Hashed): string {
  const text = canonicalJson({ number, at, actor, action, subject, details, previous });
  return createHash("sha256").update(text).digest("hex");
}
