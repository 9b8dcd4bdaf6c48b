import { createHash, randomBytes } from "node:crypto";
import type { Kysely, Transaction } from "kysely";
import type { Clock } from "../../base/clock.ts";
import type { FleetDatabase } from "../store/schema.ts";
import type { StaffIdentity } from "./interface.ts";

const HOUR = 60 * 60_000;
/** A session without requests ends after this, and any session after `ABSOLUTE`; milliseconds. */
const IDLE = 2 * HOUR;
const ABSOLUTE = 12 * HOUR;
/** The idle end moves on in steps, so that not every request writes. */
const STEP = 60_000;
const TOKEN_BYTES = 32;

/** Staff whose session was found, and the hash that names the session. */
export type Visitor = StaffIdentity & { readonly session: string };

/** Sessions of staff: the token is with the browser or the command line, its hash in the table. */
export class Sessions {
  readonly #db: Kysely<FleetDatabase>;
  readonly #clock: Clock;

  constructor(db: Kysely<FleetDatabase>, clock: Clock) {
    this.#db = db;
    this.#clock = clock;
  }

  /** @returns the token, 256 random bits, which is told once. */
  async begin(
    staff: string,
    within: Transaction<FleetDatabase>,
  ): Promise<{ readonly token: string; readonly session: string; readonly csrf: string }> {
    const now = this.#clock.now();
    const token = randomBytes(TOKEN_BYTES).toString("base64url");
    const session = hashOf(token);
    const csrf = randomBytes(TOKEN_BYTES).toString("base64url");
    await within.deleteFrom("staff_session").where("expires_at", "<=", now).execute();
    await within
      .insertInto("staff_session")
      .values({ token_hash: session, staff, csrf, created_at: now, expires_at: now + IDLE })
      .execute();
    await within.updateTable("staff").set({ last_seen: now }).where("id", "=", staff).execute();
    return { token, session, csrf };
  }

  /** Who holds the token; undefined when there is no such session, it is over, or the member of staff is disabled. */
  async find(token: string): Promise<Visitor | undefined> {
    const session = hashOf(token);
    const row = await this.#live(session);
    if (row === undefined) return undefined;
    const now = this.#clock.now();
    const end = Math.min(now + IDLE, row.created_at + ABSOLUTE);
    if (end - row.expires_at >= STEP) {
      await this.#db
        .updateTable("staff_session")
        .set({ expires_at: end })
        .where("token_hash", "=", session)
        .where("expires_at", ">", now)
        .execute();
      await this.#db.updateTable("staff").set({ last_seen: now }).where("id", "=", row.id).execute();
    }
    return { staff: row.id, name: row.name, roles: row.roles, csrf: row.csrf, session };
  }

  /** Whether a session still stands; does not prolong it. */
  async stands(session: string): Promise<boolean> {
    return (await this.#live(session)) !== undefined;
  }

  async end(session: string, within: Transaction<FleetDatabase>): Promise<void> {
    await within.deleteFrom("staff_session").where("token_hash", "=", session).execute();
  }

  async endAllOf(staff: string, within: Transaction<FleetDatabase>): Promise<void> {
    await within.deleteFrom("staff_session").where("staff", "=", staff).execute();
  }

  #live(session: string) {
    const now = this.#clock.now();
    return this.#db
      .selectFrom("staff_session")
      .innerJoin("staff", "staff.id", "staff_session.staff")
      .select(["staff.id", "staff.name", "staff.roles", "staff_session.csrf"])
      .select(["staff_session.created_at", "staff_session.expires_at"])
      .where("token_hash", "=", session)
      .where("staff_session.expires_at", ">", now)
      .where("staff_session.created_at", ">", now - ABSOLUTE)
      .where("staff.disabled", "=", false)
      .executeTakeFirst();
  }
}

function hashOf(token: string): string {
  return createHash("sha256").update(token).digest("hex");
}
