import { join } from "node:path";
import Database from "better-sqlite3";

/**
 * Takes `directory` for this process until it ends, however it ends: SQLite's lock on a file, which the kernel takes back.
 *
 * @returns whether it was free.
 */
export function takeDirectory(directory: string): boolean {
  const database = new Database(join(directory, "in-use.lock"), { timeout: 0 });
  try {
    database.exec("BEGIN EXCLUSIVE");
    // Held by the open connection, which must not be collected.
    held.push(database);
    return true;
  } catch (problem) {
    database.close();
    if (problem instanceof Database.SqliteError && problem.code.startsWith("SQLITE_BUSY")) return false;
    throw problem;
  }
}

const held: Database.Database[] = [];
