import { mkdirSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import { type CodedError, coded } from "../../../base/registry/coded-error.ts";
import { err, ok, type Result } from "../../../base/result.ts";
import { storageFaultOf } from "./storage.ts";

/**
 * Forward-only. A migration that has shipped is never edited: add the next one. `PRAGMA user_version` is the number of
 * those that have run.
 */
export const MIGRATIONS: readonly string[] = [
  // Rows are clustered by journey and written in one place: each page that a step touches is four kilobytes to sync.
  `
  CREATE TABLE journeys (
    id TEXT PRIMARY KEY,
    service TEXT NOT NULL,
    opened_at INTEGER NOT NULL,
    ended_at INTEGER,
    result TEXT,
    settled_at INTEGER
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE events (
    sequence INTEGER PRIMARY KEY,
    journey TEXT,
    at INTEGER NOT NULL,
    name TEXT NOT NULL,
    detail TEXT
  ) STRICT;

  CREATE TABLE effects (
    key TEXT PRIMARY KEY,
    journey TEXT NOT NULL,
    name TEXT NOT NULL,
    attempt INTEGER NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('charge', 'refund', 'submit', 'print')),
    state TEXT NOT NULL CHECK (state IN ('intended', 'sent', 'done', 'failed', 'unknown')),
    device TEXT,
    operation TEXT,
    amount INTEGER,
    ticket TEXT,
    detail TEXT,
    sequence INTEGER NOT NULL,
    started_at INTEGER NOT NULL,
    changed_at INTEGER NOT NULL,
    sealed BLOB
  ) STRICT, WITHOUT ROWID;
  CREATE UNIQUE INDEX effects_ticket ON effects (ticket) WHERE ticket IS NOT NULL;

  CREATE TABLE incidents (
    number TEXT PRIMARY KEY,
    journey TEXT NOT NULL,
    recorded_by TEXT NOT NULL CHECK (recorded_by IN ('journey', 'settlement')),
    kind TEXT NOT NULL,
    amount INTEGER,
    effects TEXT NOT NULL,
    at INTEGER NOT NULL,
    finding TEXT,
    delivered_at INTEGER
  ) STRICT;
  CREATE INDEX incidents_undelivered ON incidents (at) WHERE delivered_at IS NULL;

  CREATE TABLE counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT;
  `,
  // The order of the ends stands in the row that the end writes anyway: no further page to sync.
  `
  ALTER TABLE journeys ADD COLUMN end_number INTEGER;
  CREATE TABLE identity (id TEXT NOT NULL) STRICT;
  INSERT INTO identity VALUES (lower(hex(randomblob(16))));
  `,
  // A check cannot be widened in place. The outbox is in the order in which it was filled, whatever any clock said.
  `
  CREATE TABLE wider (
    key TEXT PRIMARY KEY,
    journey TEXT NOT NULL,
    name TEXT NOT NULL,
    attempt INTEGER NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('charge', 'refund', 'submit', 'print')),
    state TEXT NOT NULL CHECK (state IN ('intended', 'sent', 'queued', 'done', 'failed', 'unknown')),
    device TEXT,
    operation TEXT,
    amount INTEGER,
    ticket TEXT,
    detail TEXT,
    sequence INTEGER NOT NULL,
    started_at INTEGER NOT NULL,
    changed_at INTEGER NOT NULL,
    sealed BLOB
  ) STRICT, WITHOUT ROWID;
  INSERT INTO wider SELECT * FROM effects;
  DROP TABLE effects;
  ALTER TABLE wider RENAME TO effects;
  CREATE UNIQUE INDEX effects_ticket ON effects (ticket) WHERE ticket IS NOT NULL;

  CREATE TABLE outbox (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    key TEXT NOT NULL UNIQUE,
    journey TEXT NOT NULL,
    operation TEXT NOT NULL,
    reference TEXT NOT NULL,
    sealed TEXT NOT NULL,
    accepted_at INTEGER NOT NULL,
    opens_until INTEGER NOT NULL,
    refused TEXT
  ) STRICT;

  CREATE TABLE sealing_offer (only INTEGER PRIMARY KEY CHECK (only = 1), offer TEXT NOT NULL) STRICT;
  `,
];

/**
 * What makes a committed row survive a power cut and a deleted one disappear; `docs/decisions/0040-journal.md` says why.
 * The benchmark opens its peer with the same ones.
 */
export const PRAGMAS = [
  "locking_mode = EXCLUSIVE",
  "journal_mode = WAL",
  "synchronous = FULL",
  "secure_delete = ON",
  "temp_store = MEMORY",
] as const;

export type JournalOpenError = CodedError<"runtime.journal-locked" | "runtime.journal-unusable">;

/**
 * Opens (or makes) the journal's database in `directory`; at most one process holds it.
 *
 * @throws SqliteError or an error of the system when the disk does not let it, or the file is damaged.
 */
export function openDatabase(directory: string): Result<Database.Database, JournalOpenError> {
  let database: Database.Database | undefined;
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    database = new Database(join(directory, "journal.db"), { timeout: 0 });
    for (const pragma of PRAGMAS) database.pragma(pragma);
    migrate(database);
    emptyWriteAheadLog(database);
    return ok(database);
  } catch (error) {
    database?.close();
    const code = error instanceof Database.SqliteError ? error.code : undefined;
    if (storageFaultOf(error) !== undefined) throw error;
    if (code === "SQLITE_BUSY" || code === "SQLITE_LOCKED") return err(coded("runtime.journal-locked", directory));
    return err(
      coded("runtime.journal-unusable", `${directory}: ${error instanceof Error ? error.message : String(error)}`),
    );
  }
}

/** An empty database in memory, of the same form. */
export function openEmptyDatabase(): Database.Database {
  const database = new Database(":memory:");
  migrate(database);
  return database;
}

function migrate(database: Database.Database): void {
  const version = Number(database.pragma("user_version", { simple: true }));
  if (version > MIGRATIONS.length)
    throw new Error(`version ${version} was written by a newer runtime; this one knows ${MIGRATIONS.length}`);
  for (const [index, sql] of MIGRATIONS.entries()) {
    if (index < version) continue;
    database.transaction(() => {
      database.exec(sql);
      database.pragma(`user_version = ${index + 1}`);
    })();
  }
}

/** Moves every page into the database file and truncates the log. */
export function emptyWriteAheadLog(database: Database.Database): void {
  database.pragma("wal_checkpoint(TRUNCATE)");
}
