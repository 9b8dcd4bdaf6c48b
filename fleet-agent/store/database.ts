import { mkdirSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import { type CodedError, coded } from "../../base/registry/coded-error.ts";
import { err, ok, type Result } from "../../base/result.ts";

/** Forward-only, as in the runtime's journal: `PRAGMA user_version` is the number of those that have run. */
const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE facts (name TEXT PRIMARY KEY, value ANY NOT NULL) STRICT, WITHOUT ROWID;

  CREATE TABLE outbox (
    place INTEGER PRIMARY KEY AUTOINCREMENT,
    sequence INTEGER UNIQUE,
    type TEXT NOT NULL,
    at INTEGER NOT NULL,
    body TEXT NOT NULL
  ) STRICT;
  CREATE INDEX outbox_unsent ON outbox (type, place) WHERE sequence IS NULL;

  CREATE TABLE counters (
    hour INTEGER NOT NULL,
    service TEXT NOT NULL,
    result TEXT NOT NULL,
    count INTEGER NOT NULL,
    seconds INTEGER NOT NULL,
    PRIMARY KEY (hour, service, result)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE vals (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

  CREATE TABLE commands (
    id TEXT PRIMARY KEY,
    claims TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('received', 'running', 'done', 'failed', 'unknown', 'expired', 'refused')),
    expires INTEGER NOT NULL,
    place INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  `,
];

const PRAGMAS = [
  "locking_mode = EXCLUSIVE",
  "journal_mode = WAL",
  "synchronous = FULL",
  "temp_store = MEMORY",
  // Pages in memory, KiB: the whole database is small, and so is the agent's budget.
  "cache_size = -1024",
] as const;

export type StoreOpenError = CodedError<"agent.store-locked" | "agent.store-unusable">;

/** Opens (or makes) `agent.db` in `directory`; at most one process holds it. */
export function openDatabase(directory: string): Result<Database.Database, StoreOpenError> {
  let database: Database.Database | undefined;
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    database = new Database(join(directory, "agent.db"), { timeout: 0 });
    for (const pragma of PRAGMAS) database.pragma(pragma);
    migrate(database);
    return ok(database);
  } catch (error) {
    database?.close();
    const code = error instanceof Database.SqliteError ? error.code : undefined;
    if (code === "SQLITE_BUSY" || code === "SQLITE_LOCKED") return err(coded("agent.store-locked", directory));
    return err(
      coded("agent.store-unusable", `${directory}: ${error instanceof Error ? error.message : String(error)}`),
    );
  }
}

function migrate(database: Database.Database): void {
  const version = Number(database.pragma("user_version", { simple: true }));
  if (version > MIGRATIONS.length)
    throw new Error(`version ${version} was written by a newer agent; this one knows ${MIGRATIONS.length}`);
  for (const [index, sql] of MIGRATIONS.entries()) {
    if (index < version) continue;
    database.transaction(() => {
      database.exec(sql);
      database.pragma(`user_version = ${index + 1}`);
    })();
  }
}
