import { PGlite } from "@electric-sql/pglite";
import { Kysely, PGliteDialect, PostgresDialect } from "kysely";
import pg from "pg";
import { type Embedded, openEmbedded } from "./embedded.ts";
import type { FleetDatabase } from "./schema.ts";

const INT8 = 20;

/** Connections to a database server, for one instance. */
const POOL = 10;
/** Milliseconds. */
const CONNECT_WITHIN = 10_000;
const STATEMENT_WITHIN = 60_000;

export type OpenDatabase = {
  readonly db: Kysely<FleetDatabase>;
  /** The embedded database (what is committed is on the disk, as on a server), or undefined when `url` names a server. */
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
    const pool = new pg.Pool({
      ...{ connectionString: options.url, max: POOL, types: { getTypeParser } },
      ...{ connectionTimeoutMillis: CONNECT_WITHIN, statement_timeout: STATEMENT_WITHIN },
    });
    // An idle connection that breaks is replaced at the next use; whoever uses one hears of it by its own failure. The pool listens only
    // while a connection is idle, and an error event that nobody hears ends the process.
    pool.on("error", () => {});
    pool.on("connect", (client) => client.on("error", () => {}));
    const db = new Kysely<FleetDatabase>({ dialect: new PostgresDialect({ pool }) });
    return { db, embedded: undefined, close: () => db.destroy() };
  }
  const parsers = { [INT8]: Number };
  const { database: embedded, close } =
    options.directory === undefined ? await inMemory(parsers) : await openEmbedded(options.directory, parsers);
  const db = new Kysely<FleetDatabase>({ dialect: new PGliteDialect({ pglite: embedded }) });
  return {
    db,
    embedded,
    close: async () => {
      await db.destroy();
      await close();
    },
  };
}

async function inMemory(parsers: Record<number, (value: string) => unknown>): Promise<Embedded> {
  const database = await PGlite.create({ parsers });
  return {
    database,
    close: async () => {
      if (!database.closed) await database.close();
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
