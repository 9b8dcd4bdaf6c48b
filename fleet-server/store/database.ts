import { mkdirSync } from "node:fs";
import { PGlite } from "@electric-sql/pglite";
import { Kysely, PGliteDialect, PostgresDialect } from "kysely";
import pg from "pg";
import type { FleetDatabase } from "./schema.ts";

const INT8 = 20;

/** Connections to a database server, for one instance. */
const POOL = 10;

export type OpenDatabase = {
  readonly db: Kysely<FleetDatabase>;
  /** The embedded database, or undefined when `url` names a server. */
  readonly embedded: PGlite | undefined;
  close(): Promise<void>;
};

/**
 * Opens the database: the PostgreSQL server at `url`, or PGlite (PostgreSQL inside this process) in `directory`; the same SQL
 * for both. `directory` undefined keeps everything in memory, for tests.
 */
export async function openDatabase(options: {
  readonly url: string | undefined;
  readonly directory: string | undefined;
}): Promise<OpenDatabase> {
  if (options.url !== undefined) {
    const pool = new pg.Pool({ connectionString: options.url, max: POOL, types: { getTypeParser } });
    const db = new Kysely<FleetDatabase>({ dialect: new PostgresDialect({ pool }) });
    return { db, embedded: undefined, close: () => db.destroy() };
  }
  if (options.directory !== undefined) mkdirSync(options.directory, { recursive: true, mode: 0o700 });
  const parsers = { [INT8]: Number };
  const embedded =
    options.directory === undefined
      ? await PGlite.create({ parsers })
      : await PGlite.create({ dataDir: options.directory, parsers });
  const db = new Kysely<FleetDatabase>({ dialect: new PGliteDialect({ pglite: embedded }) });
  return {
    db,
    embedded,
    close: async () => {
      await db.destroy();
      if (!embedded.closed) await embedded.close();
    },
  };
}

/** Instants and counts are far below 2^53. */
const getTypeParser: typeof pg.types.getTypeParser = (oid: number, format?: "text" | "binary") =>
  oid === INT8 && format !== "binary" ? (value: string) => Number(value) : pg.types.getTypeParser(oid, format);

/** A value for a `jsonb` column: text for both drivers, since `pg` would turn an array into a PostgreSQL array. */
export function json(value: unknown): string {
  return JSON.stringify(value);
}
