import { type Kysely, sql } from "kysely";
import { openDatabase } from "../../../fleet-server/store/database.ts";
import { rowsOf } from "../../../fleet-server/store/rows.ts";
import type { FleetDatabase } from "../../../fleet-server/store/schema.ts";
import { devicesWithPaper } from "../../../simulators/fleet/sections.ts";

export type RawRates = {
  /** State rows a second: the devices section of a kiosk, written over the one before. */
  readonly states: number;
  /** Event rows a second, appended. */
  readonly events: number;
};

/**
 * How fast the database itself takes what reports become, with nothing before it: the server's own tables and statement form, `batch` rows a
 * statement, one statement a transaction, one after the other on one connection.
 */
export async function measureRaw(
  where: { readonly url: string | undefined; readonly directory: string | undefined },
  batch: number,
  seconds: number,
): Promise<RawRates> {
  const { db, close } = await openDatabase(where);
  const { rows } = await sql<{ id: string }>`select id from kiosk order by id limit ${batch}`.execute(db);
  const ids = rows.map(({ id }) => id);
  const states = await rate(seconds, batch, (turn) => writeStates(db, ids, turn));
  const events = await rate(seconds, batch, (turn) => writeEvents(db, ids, turn));
  await close();
  return { states, events };
}

async function rate(seconds: number, batch: number, write: (turn: number) => Promise<void>): Promise<number> {
  await write(0);
  const began = performance.now();
  let turns = 0;
  while (performance.now() - began < seconds * 1_000) await write(++turns);
  return (turns * batch * 1_000) / (performance.now() - began);
}

async function writeStates(db: Kysely<FleetDatabase>, ids: readonly string[], turn: number): Promise<void> {
  const rows = ids.map((kiosk) => ({ kiosk, devices: devicesWithPaper(turn, turn % 2 === 0), at: turn }));
  await db.transaction().execute(
    async (within) =>
      void (await sql`insert into kiosk_state (kiosk, devices, updated_at)
        select kiosk, devices, at from ${rowsOf(rows, "kiosk text, devices jsonb, at bigint")}
        on conflict (kiosk) do update set devices = excluded.devices, updated_at = excluded.updated_at`.execute(
        within,
      )),
  );
}

async function writeEvents(db: Kysely<FleetDatabase>, ids: readonly string[], turn: number): Promise<void> {
  const rows = ids.map((kiosk) => ({
    kiosk,
    at: turn,
    event: "process.started",
    fields: { part: "runtime", version: "0.1.0" },
  }));
  await db.transaction().execute(
    async (within) =>
      void (await sql`insert into event (kiosk, at, event, fields)
        select kiosk, at, event, fields from ${rowsOf(rows, "kiosk text, at bigint, event text, fields jsonb")}`.execute(
        within,
      )),
  );
}
