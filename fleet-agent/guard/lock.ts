import Database from "better-sqlite3";
import type { Clock } from "../../base/clock.ts";
import { pause } from "../../base/deadline.ts";
import { Mutex } from "../../base/mutex.ts";

/** Between two tries for a lock that another process holds, milliseconds. */
const EVERY = 50;

/**
 * Mutual exclusion between processes by SQLite's lock on `file`: the kernel takes it back from a process that dies, so that it is
 * never stale.
 *
 * @param within milliseconds to wait for another process.
 * @throws Error when it is not free within that time: its holder hangs.
 */
export function fileLock(file: string, within: number, clock: Clock): <T>(work: () => Promise<T>) => Promise<T> {
  const inside = new Mutex();
  return (work) =>
    inside.withLock(async () => {
      const database = new Database(file, { timeout: 0 });
      try {
        const end = clock.monotonic() + within;
        while (!taken(database)) {
          if (clock.monotonic() > end) throw new Error(`${file} is held by another guard for more than ${within} ms`);
          await pause(clock, EVERY);
        }
        return await work();
      } finally {
        database.close();
      }
    });
}

function taken(database: Database.Database): boolean {
  try {
    database.exec("BEGIN EXCLUSIVE");
    return true;
  } catch (problem) {
    if (problem instanceof Database.SqliteError && problem.code.startsWith("SQLITE_BUSY")) return false;
    throw problem;
  }
}
