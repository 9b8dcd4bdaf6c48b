import type { Kysely } from "kysely";
import { Migrator } from "kysely/migration";
import { up as initial } from "./migrations/0001-initial.ts";
import { up as whyFacts } from "./migrations/0002-why-facts.ts";
import { up as noServing } from "./migrations/0003-no-serving.ts";
import type { FleetDatabase } from "./schema.ts";

/** In the order of their names. A migration that has been released is never changed: the next one is added. */
const MIGRATIONS = {
  "0001-initial": { up: initial },
  "0002-why-facts": { up: whyFacts },
  "0003-no-serving": { up: noServing },
};

/**
 * Brings the database's tables up to this program's. Several instances may start at once: one migrates, the others wait.
 *
 * @throws what the failed migration threw; nothing of it remains.
 */
export async function migrate(db: Kysely<FleetDatabase>): Promise<void> {
  const migrator = new Migrator({ db, provider: { getMigrations: async () => MIGRATIONS } });
  const { error } = await migrator.migrateToLatest();
  if (error !== undefined) throw error;
}
