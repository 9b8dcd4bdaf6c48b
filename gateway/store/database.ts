import { mkdirSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import { Seal } from "./seal.ts";

export type Store = { readonly database: Database.Database; readonly seal: Seal };

/**
 * - `submissions`: one row a key. `answer` is sealed and goes when its time is over; the fingerprint stays longer.
 * - `links`: documents waiting for a phone, sealed; `document` is null once it was opened.
 * - `consents`: evidence, sealed; `person` is a keyed tag by which a person's consents are found.
 * - `accesses`: who was let in by ClaveÚnica, when and where, sealed; the access log that Decreto 9 asks for.
 * - `signatures`: what citizens signed and the signing service's answer, sealed. `folio`, `person` and `proof` are keyed tags; that `proof` is
 *   unique is what makes one proof good for one signature. `kept`: it stands, and the seal is still to come; `void`: it was refused.
 * - `attachments`: papers that citizens scanned, sealed; `paper` is a keyed tag of the hash, `claimed_by` the key of the submission that names it.
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
  CREATE TABLE IF NOT EXISTS attachments (
    kiosk TEXT NOT NULL,
    paper TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    at INTEGER NOT NULL,
    claimed_by TEXT,
    content BLOB NOT NULL,
    PRIMARY KEY (kiosk, paper)
  ) STRICT;
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
  CREATE TABLE IF NOT EXISTS accesses (
    id INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    kiosk TEXT NOT NULL,
    person TEXT NOT NULL,
    access BLOB NOT NULL
  ) STRICT;
  CREATE INDEX IF NOT EXISTS accesses_person ON accesses (person);
  CREATE TABLE IF NOT EXISTS signatures (
    key TEXT PRIMARY KEY,
    at INTEGER NOT NULL,
    folio TEXT NOT NULL UNIQUE,
    person TEXT NOT NULL,
    proof TEXT NOT NULL UNIQUE,
    state TEXT NOT NULL CHECK (state IN ('kept', 'sealed', 'void')),
    record BLOB NOT NULL,
    seal BLOB
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS signatures_person ON signatures (person);
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
