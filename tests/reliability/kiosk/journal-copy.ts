import { copyFileSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";

export type EffectSeen = {
  readonly key: string;
  readonly journey: string;
  readonly name: string;
  readonly kind: "charge" | "refund" | "submit" | "print";
  readonly state: "intended" | "sent" | "queued" | "done" | "failed" | "unknown";
  readonly operation: string | null;
  readonly amount: number | null;
  readonly ticket: string | null;
  readonly detail: string | null;
};
export type IncidentSeen = {
  readonly number: string;
  readonly journey: string;
  readonly kind: string;
  readonly amount: number | null;
  readonly delivered_at: number | null;
};
export type JourneySeen = { readonly id: string; readonly result: string | null; readonly settled_at: number | null };
export type JournalSeen = {
  readonly journeys: readonly JourneySeen[];
  readonly effects: readonly EffectSeen[];
  readonly incidents: readonly IncidentSeen[];
};

/** The journal in `directory` as it is on the disk now, from a copy: the runtime holds the original for itself. */
export function readJournal(directory: string): JournalSeen {
  const copy = mkdtempSync(join(tmpdir(), "vr-journal-"));
  try {
    if (!existsSync(join(directory, "journal.db"))) return { journeys: [], effects: [], incidents: [] };
    for (const name of ["journal.db", "journal.db-wal"])
      if (existsSync(join(directory, name))) copyFileSync(join(directory, name), join(copy, name));
    const database = new Database(join(copy, "journal.db"));
    try {
      if (database.pragma("user_version", { simple: true }) === 0) return { journeys: [], effects: [], incidents: [] };
      return {
        journeys: database
          .prepare("SELECT id, result, settled_at FROM journeys ORDER BY opened_at")
          .all() as JourneySeen[],
        effects: database
          .prepare(
            "SELECT key, journey, name, kind, state, operation, amount, ticket, detail FROM effects ORDER BY journey, sequence",
          )
          .all() as EffectSeen[],
        incidents: database
          .prepare("SELECT number, journey, kind, amount, delivered_at FROM incidents ORDER BY rowid")
          .all() as IncidentSeen[],
      };
    } finally {
      database.close();
    }
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}
