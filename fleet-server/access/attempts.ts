import { createHash } from "node:crypto";
import { type Kysely, sql } from "kysely";
import type { Clock } from "../../base/clock.ts";
import type { FleetDatabase } from "../store/schema.ts";

/** Tries that are free, then the first wait, which doubles up to the longest; seconds. */
const LIMITS = {
  name: { free: 5, first: 2, longest: 300 },
  /** Many people may share one address behind a proxy. */
  address: { free: 30, first: 2, longest: 300 },
} as const;
/** A series of failures is forgotten after this time, milliseconds. */
const FORGET = 60 * 60_000;

/**
 * Slows down guessing, by name and by address. Every try is counted as a failure before the password is looked at, so that
 * many tries at once count as many; a success takes them back.
 */
export class Attempts {
  readonly #db: Kysely<FleetDatabase>;
  readonly #clock: Clock;

  constructor(db: Kysely<FleetDatabase>, clock: Clock) {
    this.#db = db;
    this.#clock = clock;
  }

  /** @returns seconds to wait, 0 when the try may go on. */
  async begin(name: string, address: string): Promise<number> {
    const byAddress = await this.#count(addressKey(address), LIMITS.address);
    return byAddress > 0 ? byAddress : await this.#count(nameKey(name), LIMITS.name);
  }

  async succeeded(name: string, address: string): Promise<void> {
    await this.#db
      .deleteFrom("sign_in_attempt")
      .where((eb) => eb.or([eb("key", "=", nameKey(name)), eb("last_at", "<", this.#clock.now() - FORGET)]))
      .execute();
    await this.#db
      .updateTable("sign_in_attempt")
      .set((eb) => ({ failures: eb("failures", "-", 1) }))
      .where("key", "=", addressKey(address))
      .where("failures", ">", 0)
      .execute();
  }

  async #count(key: string, limits: { free: number; first: number; longest: number }): Promise<number> {
    const now = this.#clock.now();
    const failures = sql<number>`case when sign_in_attempt.last_at < ${now - FORGET}::bigint then 1 else sign_in_attempt.failures + 1 end`;
    const taken = await this.#db
      .insertInto("sign_in_attempt")
      .values({ key, failures: 1, last_at: now, blocked_until: 0 })
      .onConflict((conflict) =>
        conflict
          .column("key")
          .doUpdateSet({
            failures,
            last_at: now,
            blocked_until: sql<number>`case when ${failures} < ${limits.free}::int then 0
              else ${now}::bigint + 1000 * least(${limits.longest}::int, ${limits.first}::int * power(2, least(20, ${failures} - ${limits.free}::int)))::bigint end`,
          })
          .where("sign_in_attempt.blocked_until", "<=", now),
      )
      .returning("failures")
      .executeTakeFirst();
    if (taken !== undefined) return 0;
    const row = await this.#db
      .selectFrom("sign_in_attempt")
      .select("blocked_until")
      .where("key", "=", key)
      .executeTakeFirst();
    return Math.max(1, Math.ceil(((row?.blocked_until ?? now) - now) / 1_000));
  }
}

/** Hashed: people type passwords into the field of the name. */
function nameKey(name: string): string {
  return `name:${createHash("sha256").update(name.toLowerCase()).digest("hex")}`;
}

function addressKey(address: string): string {
  return `address:${address}`;
}
