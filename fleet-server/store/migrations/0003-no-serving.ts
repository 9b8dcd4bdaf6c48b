import { type Kysely, sql } from "kysely";

/** Whether somebody is served at a kiosk is never told to the centre: it changes by the minute, and nobody there acts on it. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table kiosk drop column serving`.execute(db);
}
