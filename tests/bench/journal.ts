import { randomUUID } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import { silentLogger } from "../../base/log.ts";
import { systemClock } from "../../base/node/system-clock.ts";
import { assertOk } from "../../base/result.ts";
import { PRAGMAS } from "../../kiosk/runtime/journal/database.ts";
import { type Journal, openJournal } from "../../kiosk/runtime/journal/journal.ts";
import { newJourneyId } from "../../kiosk/runtime/journal/journey-id.ts";
import { type Figures, median, round } from "./figures.ts";

const ROUNDS = 25;
const JOURNEYS = 4;
const LIMIT = 0.7;
const INTENTS = 8;

const SALE = {
  status: "approved",
  amount: 1500,
  ticket: "T",
  authorizationCode: "012345",
  last4: "0007",
  voucher: ["x".repeat(40)],
};

/**
 * Durable journey steps a second against raw inserts of one row a transaction by the same library, with the same pragmas on the
 * same disk. A step is one call that returns only when its change is on disk: an intent, an effect's transition, an end; the
 * settling of each journey, with the destruction of its key and the truncation of the log, counts as one. Rounds alternate.
 */
export async function run(): Promise<Figures> {
  const out = join(import.meta.dirname, "../../out");
  mkdirSync(out, { recursive: true });
  const directory = mkdtempSync(join(out, "bench-journal-"));
  const journal = assertOk(
    openJournal({ directory, kiosk: "bench", clock: systemClock, log: silentLogger }),
    "journal",
  );
  const peer = new Database(join(directory, "peer.db"));
  for (const pragma of PRAGMAS) peer.pragma(pragma);
  peer.exec("CREATE TABLE steps (key TEXT PRIMARY KEY, at INTEGER NOT NULL, name TEXT NOT NULL, detail TEXT) STRICT");
  const insert = peer.prepare("INSERT INTO steps (key, at, name, detail) VALUES (?, ?, ?, ?)");

  const ours: number[] = [];
  const theirs: number[] = [];
  journeys(journal);
  for (let turn = 0; turn < ROUNDS; turn++) {
    const steps = rate(() => journeys(journal), ours);
    rate(() => {
      for (let step = 0; step < steps; step++) insert.run(randomUUID(), Date.now(), "intent", "CONTINUE");
      return steps;
    }, theirs);
  }
  journal.close();
  peer.close();
  rmSync(directory, { recursive: true });
  const ratios = ours.map((figure, turn) => figure / (theirs[turn] ?? Number.NaN));
  const ratio = median(ratios);
  return {
    figure: Math.round(median(ours)),
    unit: "durable journey steps a second",
    peer: Math.round(median(theirs)),
    peerName: "better-sqlite3, one raw insert a transaction",
    limit: LIMIT,
    ratio: round(ratio, 3),
    pass: ratio >= LIMIT,
    samples: ROUNDS,
  };
}

/** Runs `work`, which returns how many steps it made, and notes the steps a second. */
function rate(work: () => number, figures: number[]): number {
  const began = performance.now();
  const steps = work();
  figures.push((steps * 1000) / (performance.now() - began));
  return steps;
}

/** Paid journeys as the bono makes them. Returns the number of durable steps. */
function journeys(journal: Journal): number {
  let steps = 0;
  const step = (write: () => void) => {
    write();
    steps++;
  };
  for (let count = 0; count < JOURNEYS; count++) {
    const id = newJourneyId(Date.now());
    step(() => journal.openJourney(id, "fonasa/bono-atencion"));
    for (let intent = 0; intent < INTENTS; intent++) step(() => journal.event(id, "intent", "CONTINUE"));
    for (const [name, kind, secret] of [
      ["charge-1", "charge", SALE],
      ["issue", "submit", undefined],
      ["print-bono", "print", undefined],
    ] as const) {
      const key = `${id}/${name}`;
      step(() => journal.intend(id, { name, kind, ...(kind === "charge" ? { amount: 1500, ticketLength: 20 } : {}) }));
      step(() => journal.advance(key, "sent"));
      step(() => journal.advance(key, "done", "approved", secret));
    }
    step(() => journal.endJourney(id, "delivered"));
    step(() => journal.settleJourney(id));
  }
  return steps;
}
