import type { Transaction } from "kysely";
import { z } from "zod";
import { kioskIdSchema } from "../../base/contracts/fleet/names.ts";
import { type CodedError, coded } from "../../base/registry/coded-error.ts";
import { err, ok, type Result } from "../../base/result.ts";
import type { FleetContext } from "../context.ts";
import { json } from "../store/database.ts";
import type { FleetDatabase } from "../store/schema.ts";
import type { commandRowSchema, kioskChangeSchema, newCommandSchema } from "./contract/kiosks.ts";
import type { ConsoleParts } from "./parts.ts";
import { getCommand } from "./queries/commands.ts";

export const kioskParams = z.strictObject({ kiosk: kioskIdSchema });

type NotFound = CodedError<"console.not-found">;

/** What staff change about kiosks; each change in one transaction with its entry in the audit trail. */
export class Kiosks {
  readonly #context: FleetContext;
  readonly #parts: ConsoleParts;

  constructor(context: FleetContext, parts: ConsoleParts) {
    this.#context = context;
    this.#parts = parts;
  }

  async exists(id: string): Promise<Result<void, NotFound>> {
    const row = await this.#context.db.selectFrom("kiosk").select("id").where("id", "=", id).executeTakeFirst();
    return row === undefined ? err(coded("console.not-found", id)) : ok();
  }

  async change(
    id: string,
    change: z.infer<typeof kioskChangeSchema>,
    by: string,
  ): Promise<Result<void, CodedError<"console.not-found" | "common.bad-input">>> {
    const { db, audit, bus, clock } = this.#context;
    if (change.timeZone !== undefined && !isTimeZone(change.timeZone))
      return err(coded("common.bad-input", "timeZone: no such time zone"));
    return await db.transaction().execute(async (within) => {
      const row = await lockKiosk(id, within);
      if (row === undefined) return err(coded("console.not-found", id));
      const { openingHours, timeZone, tags, retired, ...plain } = change;
      const columns = {
        ...plain,
        ...(tags === undefined ? {} : { tags: json(tags) }),
        ...(timeZone === undefined ? {} : { time_zone: timeZone }),
        ...(openingHours === undefined ? {} : { opening_hours: openingHours === null ? null : json(openingHours) }),
        ...(retired === undefined ? {} : { retired_at: retired ? (row.retired_at ?? clock.now()) : null }),
      };
      if (Object.keys(columns).length === 0) return ok();
      await within
        .updateTable("kiosk")
        .set(columns as never)
        .where("id", "=", id)
        .execute();
      // Another ring may run other versions.
      if (change.ring !== undefined) await this.#parts.rollouts.enrolled(id, within);
      await this.#parts.alerts.evaluate([id], within);
      await audit.append({ actor: by, action: "kiosk.changed", subject: id, details: change }, within);
      await bus.publish({ topic: "kiosks", kiosks: [id] }, within);
      return ok();
    });
  }

  async send(
    id: string,
    { command, reason, expiresIn }: z.infer<typeof newCommandSchema>,
    by: string,
  ): Promise<
    Result<
      z.infer<typeof commandRowSchema>,
      CodedError<"console.not-found" | "console.kiosk-retired" | "console.kiosk-not-enrolled">
    >
  > {
    const { db, bus } = this.#context;
    return await db.transaction().execute(async (within) => {
      const row = await lockKiosk(id, within);
      if (row === undefined) return err(coded("console.not-found", id));
      if (row.retired_at !== null) return err(coded("console.kiosk-retired", id));
      if (row.enrolled_at === null) return err(coded("console.kiosk-not-enrolled", id));
      const sent = await this.#parts.director.send({ kiosk: id, command, by, reason, expiresIn }, within);
      await bus.publish({ topic: "kiosks", kiosks: [id] }, within);
      const made = await getCommand(within, sent.id);
      if (made === undefined) throw new Error("The director did not write the command.");
      return ok(made);
    });
  }

  async revoke(id: string, reason: string, by: string): Promise<Result<undefined, NotFound>> {
    const { db, bus } = this.#context;
    return await db.transaction().execute(async (within) => {
      if ((await lockKiosk(id, within)) === undefined) return err(coded("console.not-found", id));
      await this.#parts.identity.revoke(id, reason, by, within);
      await bus.publish({ topic: "kiosks", kiosks: [id] }, within);
      return ok(undefined);
    });
  }
}

function lockKiosk(id: string, within: Transaction<FleetDatabase>) {
  return within
    .selectFrom("kiosk")
    .select(["enrolled_at", "retired_at"])
    .where("id", "=", id)
    .forUpdate()
    .executeTakeFirst();
}

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone !== "";
  } catch {
    return false;
  }
}
