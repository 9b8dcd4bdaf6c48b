import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Database } from "better-sqlite3";
import type { StorageFault } from "../../../base/contracts/runtime-control.ts";
import { coded } from "../../../base/registry/coded-error.ts";
import { err, ok, type Result } from "../../../base/result.ts";
import { finish, isWhole, type Salvage, salvage, setAside, unfinishedFolder } from "./damage.ts";
import { type JournalOpenError, openDatabase, openEmptyDatabase } from "./database.ts";
import { Journal, type JournalOptions } from "./journal.ts";
import { newJourneyId } from "./journey-id.ts";
import { freeBytes, storageFaultOf } from "./storage.ts";
import { Vault } from "./vault.ts";

/** Free bytes without which not even what is open could be settled. */
const NEEDED_TO_SETTLE = 2 ** 20;

export type OpenedJournal = {
  /** The journal; in memory, and good for nothing but to be asked, where there is a `fault`. */
  readonly journal: Journal;
  /** Why the one on the disk cannot be used now. */
  readonly fault: StorageFault | undefined;
};

/**
 * Opens the journal, as `openJournal`, and puts up with a bad disk. A disk that cannot be written gives a stand-in, with which the kiosk shows
 * its screen and takes nobody. A damaged journal is set aside, and what it still tells goes into a new one, with an incident: money may
 * have been open in what it does not tell.
 */
export function openJournalOnAnyDisk(options: JournalOptions): Result<OpenedJournal, JournalOpenError> {
  try {
    return openWhole(options);
  } catch (error) {
    const fault = storageFaultOf(error);
    if (fault === undefined)
      return err(coded("runtime.journal-unusable", error instanceof Error ? error.message : options.directory));
    if (fault !== "damaged") return ok(standIn(options, fault));
  }
  try {
    return startAnew(options);
  } catch (error) {
    const fault = storageFaultOf(error) ?? "failing";
    return ok(standIn(options, fault));
  }
}

function openWhole(options: JournalOptions): Result<OpenedJournal, JournalOpenError> {
  const unfinished = existsSync(options.directory) ? unfinishedFolder(options.directory) : undefined;
  if (unfinished !== undefined) return startAnew(options, unfinished);
  const database = openDatabase(options.directory);
  if (!database.ok) return database;
  if (freeBytes(options.directory) < NEEDED_TO_SETTLE) {
    database.value.close();
    return ok(standIn(options, "full"));
  }
  const vault = new Vault(join(options.directory, "journal.keys"));
  if (isWhole(database.value) && !lostCommits(database.value, vault.names()))
    return ok({ journal: new Journal(database.value, vault, options), fault: undefined });
  vault.close();
  database.value.close();
  return startAnew(options);
}

function startAnew(options: JournalOptions, begun?: string): Result<OpenedJournal, JournalOpenError> {
  const { directory, clock, log } = options;
  const folder = setAside(directory, clock.now(), begun);
  const database = openDatabase(directory);
  if (!database.ok) return database;
  const found = salvage(folder, database.value);
  const { journeys, incidents, complete } = found;
  log("journal.damaged", { folder, journeys, incidents, complete });
  const journal = new Journal(database.value, new Vault(join(directory, "journal.keys")), options);
  recordDamage(journal, found, clock.now());
  finish(folder);
  return ok({ journal, fault: undefined });
}

/** A person compares the terminal's own list with what the gateway knows: what was lost, nobody here can tell. */
function recordDamage(journal: Journal, { charges }: Salvage, now: number): void {
  journal.incidents.record(newJourneyId(now), "settlement", { kind: "journal-damaged", effects: charges });
}

function standIn(options: JournalOptions, fault: StorageFault): OpenedJournal {
  return { journal: new Journal(openEmptyDatabase(), new Vault(undefined), options), fault };
}

/**
 * Whether the database forgot what it had confirmed. A key is made when a charge was approved: it is there before the row that says so, and
 * after the rows of the journey and of the charge that was sent. A write-ahead log with a bad page ends before that page, and SQLite says nothing.
 */
function lostCommits(database: Database, journeys: readonly string[]): boolean {
  const known = database
    .prepare<[string], number>(
      `SELECT count(*) FROM journeys WHERE id = ? AND (settled_at IS NOT NULL OR EXISTS
         (SELECT 1 FROM effects WHERE journey = journeys.id AND state <> 'intended'))`,
    )
    .pluck();
  return journeys.some((journey) => known.get(journey) === 0);
}
