import {
  closeSync,
  copyFileSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";

/** How the folder of a journal that was set aside begins. A technician takes it away: docs/operate.md. */
export const DAMAGED = "journal-damaged-";
const UNFINISHED = "unfinished";
const DATABASE = "journal.db";
const FILES = [DATABASE, "journal.db-wal", "journal.db-shm"] as const;

/** What is carried over into the new journal, which keeps an identity of its own. Each table by itself: none needs a page of another. */
const CARRIED: readonly { readonly table: string; readonly order: string }[] = [
  { table: "counters", order: "name" },
  { table: "journeys", order: "id" },
  { table: "effects", order: "key" },
  { table: "incidents", order: "rowid" },
];

export type Salvage = {
  /** Open journeys, and incidents that the gateway does not have, that were carried over. */
  readonly journeys: number;
  readonly incidents: number;
  /** Keys of charges whose journey could not be read: a person looks for them. */
  readonly charges: readonly string[];
  /** Whether every page of what is carried over could be read. */
  readonly complete: boolean;
};

/** Whether the database holds together: pages, not the links between indexes and rows. @throws SqliteError as SQLite likes. */
export function isWhole(database: Database.Database): boolean {
  return database.pragma("quick_check(1)", { simple: true }) === "ok";
}

/** A folder whose journal was not carried over to the end: the process died while it did. */
export function unfinishedFolder(directory: string): string | undefined {
  const folders = readdirSync(directory).filter((name) => name.startsWith(DAMAGED));
  return folders.map((name) => join(directory, name)).find((folder) => existsSync(join(folder, UNFINISHED)));
}

/**
 * Moves the files of the journal in `directory` into a folder of their own, whole, for whoever investigates; returns its path. It is
 * `unfinished` until `finish`, so that a process that dies in between never leaves a new, empty journal that looks like a good one.
 *
 * @param folder one that was begun before: it is gone on with.
 */
export function setAside(directory: string, now: number, folder = folderOf(directory, now)): string {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  writeFileSync(join(folder, UNFINISHED), "");
  syncDirectory(folder);
  syncDirectory(directory);
  // The database itself goes last: where it lies in the folder, what lies in the directory is the new one, and not finished.
  const moved = existsSync(join(folder, DATABASE));
  for (const name of FILES.toReversed()) {
    const path = join(directory, name);
    if (!existsSync(path)) continue;
    if (moved) rmSync(path);
    else renameSync(path, join(folder, name));
  }
  syncDirectory(folder);
  syncDirectory(directory);
  return folder;
}

/** The new journal holds all that could be carried over. */
export function finish(folder: string): void {
  rmSync(join(folder, UNFINISHED));
  syncDirectory(folder);
}

function folderOf(directory: string, now: number): string {
  return join(directory, `${DAMAGED}${new Date(now).toISOString().replace(/\D/g, "").slice(0, 14)}`);
}

function syncDirectory(path: string): void {
  const directory = openSync(path, "r");
  try {
    fsyncSync(directory);
  } finally {
    closeSync(directory);
  }
}

/**
 * Carries what can be read of the journal in `folder` over into `into`, a new one. It reads a copy, forwards and then backwards until a page
 * stops it, so that what lies on either side of the damage is found.
 */
export function salvage(folder: string, into: Database.Database): Salvage {
  const copy = join(folder, "reading");
  mkdirSync(copy, { recursive: true });
  let complete = true;
  let database: Database.Database | undefined;
  try {
    for (const name of FILES) if (existsSync(join(folder, name))) copyFileSync(join(folder, name), join(copy, name));
    database = new Database(join(copy, DATABASE));
    const from = database;
    into.transaction(() => {
      for (const { table, order } of CARRIED)
        for (const way of ["ASC", "DESC"]) {
          if (carry(from, into, table, `SELECT * FROM ${table} ORDER BY ${order} ${way}`)) break;
          complete = false;
        }
    })();
  } catch {
    complete = false;
  } finally {
    database?.close();
    rmSync(copy, { recursive: true, force: true });
  }
  return { ...keepOpen(into), complete };
}

/** Leaves in the new journal what is open: what was settled, and what the gateway has, needs nobody any more. */
function keepOpen(into: Database.Database): Omit<Salvage, "complete"> {
  into.exec(`
    DELETE FROM effects WHERE journey IN (SELECT id FROM journeys WHERE settled_at IS NOT NULL);
    DELETE FROM journeys WHERE settled_at IS NOT NULL;
    DELETE FROM incidents WHERE delivered_at IS NOT NULL;
  `);
  // Whether these were settled stood in the row that is lost: to settle them again could give money back twice.
  const orphans = "journey NOT IN (SELECT id FROM journeys)";
  const charges = into
    .prepare(`SELECT key FROM effects WHERE kind = 'charge' AND ${orphans}`)
    .pluck()
    .all() as string[];
  into.exec(`DELETE FROM effects WHERE ${orphans}`);
  return { journeys: count(into, "journeys"), incidents: count(into, "incidents"), charges };
}

/** Copies rows until there are no more, or none that can be read: `false`. */
function carry(from: Database.Database, into: Database.Database, table: string, query: string): boolean {
  try {
    for (const row of from.prepare<[], Record<string, unknown>>(query).iterate()) {
      const names = Object.keys(row);
      const places = names.map((name) => `@${name}`);
      into.prepare(`INSERT OR IGNORE INTO ${table} (${names.join(", ")}) VALUES (${places.join(", ")})`).run(row);
    }
    return true;
  } catch {
    return false;
  }
}

function count(database: Database.Database, table: string): number {
  return Number(database.prepare(`SELECT count(*) FROM ${table}`).pluck().get());
}
