import { copyFileSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import fc from "fast-check";
import { afterEach, beforeEach, expect, test } from "vitest";
import { SimulatedClock } from "../../../base/clock.ts";
import { createLogger, type LogRecord, silentLogger } from "../../../base/log.ts";
import { assertOk } from "../../../base/result.ts";
import { MIGRATIONS } from "./database.ts";
import { type EffectState, mayBecome } from "./effect.ts";
import { type Journal, openJournal } from "./journal.ts";
import { checkLetter } from "./numbers.ts";

const CANARY = "Maria Perez 12345678-5";

let directory: string;
let clock: SimulatedClock;
let journal: Journal;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "journal-"));
  clock = new SimulatedClock();
  journal = open();
  journal.openJourney("j1", "fonasa/bono-atencion");
});

afterEach(() => journal.close());

function open(): Journal {
  return assertOk(openJournal({ directory, kiosk: "demo-1", clock, log: silentLogger }), "journal");
}

/** Every byte that the journal has on disk. */
function onDisk(): Buffer {
  return Buffer.concat(readdirSync(directory).map((name) => readFileSync(join(directory, name))));
}

function charge(name = "charge-1") {
  return journal.intend("j1", { name, kind: "charge", device: "terminal", amount: 1500, ticketLength: 20 });
}

test("an effect survives a reopening in the state that was written last", () => {
  const { key, ticket } = charge();
  journal.advance(key, "sent");
  journal.close();
  journal = open();
  expect(journal.effects("j1")).toMatchObject([{ key: "j1/charge-1", state: "sent", amount: 1500, ticket }]);
  expect(journal.unsettled()).toMatchObject([{ id: "j1", service: "fonasa/bono-atencion", result: null }]);
});

test("what was committed is in the files at once, without a close", () => {
  const { key } = charge();
  journal.advance(key, "sent");
  const copy = mkdtempSync(join(tmpdir(), "journal-copy-"));
  for (const name of readdirSync(directory)) copyFileSync(join(directory, name), join(copy, name));
  const after = assertOk(openJournal({ directory: copy, kiosk: "demo-1", clock, log: silentLogger }), "copy");
  expect(after.effects("j1")).toMatchObject([{ state: "sent" }]);
  after.close();
});

test("a final state never changes, and nothing skips `sent`", () => {
  const states: EffectState[] = ["intended", "sent", "done", "failed", "unknown"];
  const allowed = states.flatMap((from) => states.filter((to) => mayBecome(from, to)).map((to) => `${from}>${to}`));
  expect(allowed).toEqual([
    "intended>sent",
    "intended>failed",
    "sent>done",
    "sent>failed",
    "sent>unknown",
    "unknown>done",
    "unknown>failed",
  ]);
  const { key } = charge();
  expect(() => journal.advance(key, "done")).toThrow("intended and cannot become done");
});

test("a second attempt at an effect has its own key and ticket", () => {
  const first = charge();
  journal.advance(first.key, "failed", "link.absent");
  const second = charge();
  expect(second.key).toBe("j1/charge-1.2");
  expect(second.ticket).not.toBe(first.ticket);
  expect(journal.latest("j1", "charge-1")?.key).toBe(second.key);
});

test("tickets keep to the terminal's length and never come again, even when clock and process jump", () => {
  const seen = new Set<string>();
  fc.assert(
    fc.property(
      fc.constantFrom(6, 20),
      fc.integer({ min: -1e9, max: 1e9 }),
      fc.boolean(),
      (ticketLength, jump, reopen) => {
        if (reopen) {
          journal.close();
          clock = new SimulatedClock(Date.UTC(2026, 10, 23) + jump);
          journal = open();
        }
        const { ticket } = journal.intend("j1", { name: "charge-1", kind: "charge", ticketLength });
        if (ticket === null) throw new Error("no ticket");
        expect(ticket).toMatch(/^[A-Z0-9]{6,}$/);
        expect(ticket.length).toBeLessThanOrEqual(ticketLength);
        expect(seen.has(ticket.slice(-6))).toBe(false);
        seen.add(ticket.slice(-6));
      },
    ),
    { numRuns: 40 },
  );
});

test("a kiosk whose journal was lost does not begin with its old tickets", async () => {
  const before = charge().ticket ?? "";
  await clock.advance(60_000);
  directory = mkdtempSync(join(tmpdir(), "journal-"));
  journal.close();
  journal = open();
  journal.openJourney("j1", "s");
  expect(Number.parseInt((charge().ticket ?? "").slice(-6), 36)).toBeGreaterThan(Number.parseInt(before.slice(-6), 36));
});

test("a secret is on disk only sealed, opens after a restart, and is gone when the journey is settled", () => {
  const { key } = charge();
  journal.advance(key, "sent");
  journal.advance(key, "done", "approved", { name: CANARY });
  expect(onDisk().includes(CANARY)).toBe(false);

  journal.close();
  journal = open();
  expect(journal.secret(key)).toEqual({ name: CANARY });

  journal.settleJourney("j1");
  expect(journal.secret(key)).toBeUndefined();
  expect(journal.unsettled()).toEqual([]);
});

/** The key in the first used slot of the key file: 64 bytes of name come before it. */
function keyOnDisk(): Buffer {
  const file = readFileSync(join(directory, "journal.keys"));
  const slot = file.indexOf("j1");
  return Buffer.from(file.subarray(slot + 64, slot + 96));
}

test("after settling no byte of the key is left anywhere, also not in database or log", () => {
  const { key } = charge();
  journal.advance(key, "sent");
  journal.advance(key, "done", "approved", { name: CANARY });
  const secretKey = keyOnDisk();
  expect(secretKey.equals(Buffer.alloc(32))).toBe(false);
  expect(onDisk().includes(secretKey)).toBe(true);
  expect(readFileSync(join(directory, "journal.db-wal")).includes(secretKey)).toBe(false);

  journal.settleJourney("j1");
  expect(onDisk().includes(secretKey)).toBe(false);
});

test("after the next checkpoint the ciphertext is gone too, though nothing could open it", () => {
  const { key } = charge();
  journal.advance(key, "sent");
  journal.advance(key, "done", "approved", { name: CANARY });
  journal.close();
  const raw = new Database(join(directory, "journal.db"));
  const sealed = raw.prepare("SELECT sealed FROM effects").pluck().get();
  raw.close();
  if (!Buffer.isBuffer(sealed)) throw new Error("nothing was sealed");
  expect(onDisk().includes(sealed)).toBe(true);
  journal = open();
  journal.settleJourney("j1");
  journal.close();
  expect(onDisk().includes(sealed)).toBe(false);
  journal = open();
});

test("a key whose journey was settled right before a power cut is destroyed at the next start", () => {
  const { key } = charge();
  journal.advance(key, "sent");
  journal.advance(key, "done", "approved", { name: CANARY });
  const secretKey = keyOnDisk();
  journal.close();
  const raw = new Database(join(directory, "journal.db"));
  raw.prepare("UPDATE journeys SET settled_at = 1").run();
  raw.close();
  journal = open();
  expect(onDisk().includes(secretKey)).toBe(false);
});

test("a key slot that a power cut tore is free again, and the next journey has a key", () => {
  const { key } = charge();
  journal.advance(key, "sent");
  journal.close();
  writeFileSync(join(directory, "journal.keys"), "j1 torn", { flag: "r+" });
  journal = open();
  journal.advance(key, "done", "approved", { name: CANARY });
  journal.close();
  journal = open();
  expect(journal.secret(key)).toEqual({ name: CANARY });
});

test("more journeys than slots may be open at once", () => {
  const keys = Array.from({ length: 100 }, (_, index) => {
    journal.openJourney(`many-${index}`, "s");
    const { key } = journal.intend(`many-${index}`, { name: "charge-1", kind: "charge", ticketLength: 6 });
    journal.advance(key, "sent");
    journal.advance(key, "done", "approved", { index });
    return key;
  });
  journal.close();
  journal = open();
  expect(keys.map((key) => journal.secret(key))).toEqual(keys.map((_, index) => ({ index })));
});

test("a ciphertext that was moved to another row does not open", () => {
  const { key } = charge();
  journal.advance(key, "sent");
  journal.advance(key, "done", "approved", { name: CANARY });
  const other = charge("charge-2");
  journal.advance(other.key, "sent");
  journal.close();
  const raw = new Database(join(directory, "journal.db"));
  raw
    .prepare("UPDATE effects SET sealed = (SELECT sealed FROM effects WHERE key = ?) WHERE key = ?")
    .run(key, other.key);
  raw.close();
  journal = open();
  expect(() => journal.secret(other.key)).toThrow();
  expect(journal.secret(key)).toEqual({ name: CANARY });
});

test("incident numbers count on over a restart and carry a letter that shows a swapped digit", () => {
  const record = { kind: "paid-not-delivered", amount: 1500, effects: ["charge-1"] } as const;
  const first = journal.incidents.record("j1", "journey", record);
  journal.close();
  journal = open();
  const second = journal.incidents.record("j1", "settlement", record);
  expect(first).toMatch(/^V-demo-1-000001-[A-Y]$/);
  expect(second).toMatch(/^V-demo-1-000002-[A-Y]$/);
  expect(checkLetter("V-demo-1-000012")).not.toBe(checkLetter("V-demo-1-000021"));
  expect(journal.incidents.undelivered().map(({ number }) => number)).toEqual([first, second]);
  journal.incidents.delivered(first);
  expect(journal.incidents.undelivered()).toMatchObject([{ number: second, recordedBy: "settlement", amount: 1500 }]);
});

test("a second runtime on the same data directory is refused", () => {
  expect(openJournal({ directory, kiosk: "demo-1", clock, log: silentLogger })).toMatchObject({
    ok: false,
    error: { code: "runtime.journal-locked" },
  });
});

test("a damaged file is refused, not replaced", () => {
  journal.close();
  const raw = new Database(join(directory, "journal.db"));
  raw.pragma("user_version = 99");
  raw.close();
  expect(openJournal({ directory, kiosk: "demo-1", clock, log: silentLogger })).toMatchObject({
    ok: false,
    error: { code: "runtime.journal-unusable", message: expect.stringContaining("newer runtime") },
  });
});

test("a journal of the release before is taken over with all that it holds", () => {
  const older = mkdtempSync(join(tmpdir(), "journal-"));
  const raw = new Database(join(older, "journal.db"));
  for (const migration of MIGRATIONS.slice(0, 2)) raw.exec(migration);
  raw.pragma("user_version = 2");
  raw.exec(`INSERT INTO journeys (id, service, opened_at) VALUES ('j1', 's/s', 1);
    INSERT INTO effects (key, journey, name, attempt, kind, state, ticket, sequence, started_at, changed_at)
    VALUES ('j1/charge-1', 'j1', 'charge-1', 1, 'charge', 'sent', 'T00001', 0, 1, 1)`);
  raw.close();
  const taken = assertOk(openJournal({ directory: older, kiosk: "demo-1", clock, log: silentLogger }), "journal");
  expect(taken.effects("j1")).toMatchObject([{ key: "j1/charge-1", state: "sent", ticket: "T00001" }]);
  const effect = taken.intend("j1", { name: "request-1", kind: "submit", operation: "consent.record" });
  taken.queue(effect.key, { operation: "consent.record", reference: "S-1", sealed: "a.b.c", opensUntil: 2 });
  expect(taken.effect(effect.key).state).toBe("queued");
  taken.close();
});

test("what waits is not forgotten with the journey that it belongs to", async () => {
  const { key } = journal.intend("j1", { name: "request-1", kind: "submit", operation: "consent.record" });
  const reference = journal.outbox.newReference();
  journal.queue(key, { operation: "consent.record", reference, sealed: "a.b.c", opensUntil: 2 });
  journal.endJourney("j1", "waiting");
  journal.settleJourney("j1");
  await clock.advance(1);
  journal.prune(clock.now());
  expect(journal.effect(key).state).toBe("queued");
  expect(journal.outbox.next(0)).toMatchObject({ key, reference, journey: "j1" });
  journal.delivered(key);
  expect(journal.effect(key)).toMatchObject({ state: "done", detail: "delivered" });
  expect(journal.outbox.size()).toEqual({ waiting: 0, bytes: 0, oldestAt: null, refused: 0 });
});

test("old settled journeys are forgotten, unsettled ones are not", async () => {
  charge();
  journal.openJourney("j2", "srcei/certificado-nacimiento");
  journal.settleJourney("j2");
  await clock.advance(1000);
  journal.prune(clock.now());
  expect(journal.unsettled()).toHaveLength(1);
  expect(journal.effects("j1")).toHaveLength(1);
});

test("the log names effects and codes and no personal data", () => {
  const records: LogRecord[] = [];
  journal.close();
  journal = assertOk(
    openJournal({ directory, kiosk: "demo-1", clock, log: createLogger("runtime", (record) => records.push(record)) }),
    "journal",
  );
  const { key } = charge();
  journal.advance(key, "sent");
  journal.advance(key, "done", "approved", { name: CANARY });
  expect(records.map(({ fields }) => fields.state)).toEqual(["intended", "sent", "done"]);
  expect(JSON.stringify(records)).not.toContain("12345678");
});
