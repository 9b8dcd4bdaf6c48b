import { type Kysely, sql } from "kysely";

/** What `rollout.why` says, as facts that the console puts into words of its own. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table rollout add column why_facts jsonb`.execute(db);
}
