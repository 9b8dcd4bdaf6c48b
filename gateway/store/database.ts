import { mkdirSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import { Seal } from "./seal.ts";

export type Store = { readonly database: Database.Database; readonly seal: Seal };

/**
 * - `submissions`: one row a key. `answer` is sealed and goes when its time is over; the fingerprint stays longer.
 * - `links`: documents waiting for a phone, sealed; `document` is null once it was opened.
 * - `consents`: evidence, sealed; `person` is a keyed tag by which a person's consents are found.
 * - `surveys`, `incidents`: no personal data.
 */
const SCHEMA = `
  CREATE TABLE IF NOT EXISTS submissions (
    kiosk TEXT NOT NULL,
    key TEXT NOT NULL,
    operation TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('working', 'done', 'failed', 'unknown')),
    retryable INTEGER NOT NULL DEFAULT 0,
    answer BLOB,
    folio TEXT,
    sent_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (kiosk, key)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS submissions_folio ON submissions (kiosk, folio) WHERE folio IS NOT NULL;
  CREATE INDEX IF NOT EXISTS submissions_open ON submissions (state) WHERE state IN ('working', 'unknown');
  CREATE TABLE IF NOT EXISTS links (
    code TEXT PRIMARY KEY,
    document BLOB,
    expires_at INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS consents (
    id INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    kiosk TEXT NOT NULL,
    key TEXT NOT NULL,
    person TEXT NOT NULL,
    consent BLOB NOT NULL
  ) STRICT;
  CREATE INDEX IF NOT EXISTS consents_person ON consents (person);
  CREATE TABLE IF NOT EXISTS surveys (
    id INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    kiosk TEXT NOT NULL,
    service TEXT NOT NULL,
    grade INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE IF NOT EXISTS incidents (
    id INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    kiosk TEXT NOT NULL,
    number TEXT NOT NULL,
    kind TEXT NOT NULL,
    amount INTEGER,
    effects TEXT NOT NULL
  ) STRICT;
`;

/** Opens the gateway's database in `directory`, which is made when it is missing (mode 0700). */
export function openStore(directory: string): Store {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const database = new Database(join(directory, "gateway.db"));
  database.pragma("journal_mode = WAL");
  // An answer that was given must survive a power cut: it is what tells "done" from "do it again".
  database.pragma("synchronous = FULL");
  // Deleted personal data is overwritten, not only unlinked.
  database.pragma("secure_delete = ON");
  database.exec(SCHEMA);
  return { database, seal: Seal.fromFile(join(directory, "store.key")) };
}
