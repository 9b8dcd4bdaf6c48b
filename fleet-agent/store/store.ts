import { randomUUID } from "node:crypto";
import type { Database } from "better-sqlite3";
import type { Clock } from "../../base/clock.ts";
import { ok, type Result } from "../../base/result.ts";
import { type CommandJournal, createCommandJournal } from "./command-journal.ts";
import { openDatabase, type StoreOpenError } from "./database.ts";
import type { AgentStore, Values } from "./interface.ts";
import { SqliteOutbox } from "./outbox.ts";

/** What the agent's own parts see of the database beyond the interface. */
export type OpenedStore = AgentStore & { readonly commands: CommandJournal };

/**
 * Opens the agent's database in `directory` and begins a new session. Every write is durable when its call returns, alone or
 * with the transaction that it stands in.
 */
export function openStore(options: {
  readonly directory: string;
  readonly clock: Clock;
}): Result<OpenedStore, StoreOpenError> {
  const opened = openDatabase(options.directory);
  if (!opened.ok) return opened;
  const database = opened.value;
  const transaction = <T>(work: () => T): T => {
    const outermost = !database.inTransaction;
    // A transaction in another one is a savepoint of it: together on disk with the outermost.
    const result = database.transaction(work)();
    if (outermost) outbox.count();
    return result;
  };
  const { stream, session } = begin(database);
  const outbox = new SqliteOutbox(database, { stream, session, clock: options.clock, transaction });
  return ok({
    outbox,
    values: createValues(database, transaction),
    commands: createCommandJournal(database, transaction),
    transaction,
    close: () => database.close(),
  });
}

function begin(database: Database): { stream: string; session: number } {
  return database.transaction(() => {
    database.prepare("INSERT OR IGNORE INTO facts VALUES ('stream', ?), ('session', 0)").run(randomUUID());
    database.exec("UPDATE facts SET value = value + 1 WHERE name = 'session'");
    const read = database.prepare("SELECT value FROM facts WHERE name = ?").pluck();
    return { stream: String(read.get("stream")), session: Number(read.get("session")) };
  })();
}

function createValues(database: Database, transaction: <T>(work: () => T) => T): Values {
  const read = database.prepare("SELECT value FROM vals WHERE name = ?").pluck();
  const write = database.prepare("INSERT OR REPLACE INTO vals (name, value) VALUES (?, ?)");
  const remove = database.prepare("DELETE FROM vals WHERE name = ?");
  return {
    get: (name) => {
      const text = read.get(name);
      return typeof text === "string" ? JSON.parse(text) : undefined;
    },
    set: (name, value) =>
      void transaction(() => (value === undefined ? remove.run(name) : write.run(name, JSON.stringify(value)))),
  };
}
