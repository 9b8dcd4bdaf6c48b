import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { beforeEach, expect, test } from "vitest";
import { SimulatedClock } from "../../../base/clock.ts";
import { silentLogger } from "../../../base/log.ts";
import { assertOk } from "../../../base/result.ts";
import { DAMAGED } from "./damage.ts";
import { openJournal } from "./journal.ts";
import { openJournalOnAnyDisk } from "./open.ts";

let directory: string;
const clock = new SimulatedClock();
const options = () => ({ directory, kiosk: "demo-1", clock, log: silentLogger });

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "journal-open-"));
});

/** A charge that was approved and for which nothing was delivered, and many journeys that are over. */
function makeJournal(): void {
  const journal = assertOk(openJournal(options()), "journal");
  journal.openJourney("open", "fonasa/bono-atencion");
  const charge = { name: "charge-1", kind: "charge", device: "terminal", amount: 1500, ticketLength: 20 } as const;
  const { key } = journal.intend("open", charge);
  journal.advance(key, "sent");
  journal.advance(key, "done", "approved", { operationNumber: "000001" });
  journal.close();
  // Enough that they fill pages of their own.
  const raw = new Database(join(directory, "journal.db"));
  raw.transaction(() => {
    const insert = raw.prepare("INSERT INTO journeys VALUES (?, 'fonasa/bono-atencion', 1, 2, 'delivered', 3, NULL)");
    for (let number = 0; number < 500; number++) insert.run(`a${String(number).padStart(3, "0")}`);
  })();
  raw.close();
}

function overwrite(name: string, at: number, bytes: Buffer): void {
  writeSync(openSync(join(directory, name), "r+"), bytes, 0, bytes.length, at);
}

function reopen() {
  const opened = assertOk(openJournalOnAnyDisk(options()), "journal");
  const folders = readdirSync(directory).filter((entry) => entry.startsWith(DAMAGED));
  return { ...opened, folders };
}

test("a journal that is whole is opened as it is", () => {
  makeJournal();
  const { journal, fault, folders } = reopen();
  expect({ fault, folders, unsettled: journal.unsettled().map(({ id }) => id) }).toEqual({
    ...{ fault: undefined, folders: [] },
    unsettled: ["open"],
  });
  journal.close();
});

test("where other pages are damaged, the open charge and what was sealed with it are carried over, and a person is told", () => {
  makeJournal();
  const damage = Buffer.alloc(600, 0xa5);
  // The pages of the journeys that are over: everything but the first pages, which hold the tables' roots.
  const bytes = readFileSync(join(directory, "journal.db"));
  const page = bytes.indexOf("a120");
  overwrite("journal.db", Math.floor(page / 4096) * 4096, damage);
  const { journal, fault, folders } = reopen();
  expect({ fault, folders: folders.length }).toEqual({ fault: undefined, folders: 1 });
  expect(journal.effects("open")).toMatchObject([{ kind: "charge", state: "done", amount: 1500 }]);
  expect(journal.secret("open/charge-1")).toEqual({ operationNumber: "000001" });
  expect(journal.incidents.undelivered()).toMatchObject([{ kind: "journal-damaged" }]);
  journal.close();
});

test("where nothing can be read, the new journal begins with an incident, and the old one is kept whole", () => {
  makeJournal();
  overwrite("journal.db", 0, Buffer.alloc(8192, 0x5a));
  const before = readFileSync(join(directory, "journal.db"));
  const { journal, folders } = reopen();
  expect(journal.incidents.undelivered()).toMatchObject([{ kind: "journal-damaged" }]);
  expect(readFileSync(join(directory, folders[0] ?? "", "journal.db")).equals(before)).toBe(true);
  expect(existsSync(join(directory, folders[0] ?? "", "reading"))).toBe(false);
  journal.close();
});

test("a process that dies while it carries over does it again: no empty journal looks like a good one", () => {
  makeJournal();
  const folder = join(directory, `${DAMAGED}20261129120000`);
  mkdirSync(folder);
  writeFileSync(join(folder, "unfinished"), "");
  renameSync(join(directory, "journal.db"), join(folder, "journal.db"));
  // The new one, as far as it had come.
  assertOk(openJournal(options()), "journal").close();
  const { journal, folders } = reopen();
  expect({ folders: folders.length, unfinished: existsSync(join(folder, "unfinished")) }).toEqual({
    ...{ folders: 1, unfinished: false },
  });
  expect(journal.effects("open")).toMatchObject([{ kind: "charge", state: "done" }]);
  expect(journal.incidents.undelivered()).toMatchObject([{ kind: "journal-damaged" }]);
  journal.close();
});

test("a journal that forgot a charge of which there is a key is damaged, though every page of it can be read", () => {
  makeJournal();
  const keys = readFileSync(join(directory, "journal.keys"));
  const journal = assertOk(openJournal(options()), "journal");
  journal.settleJourney("open");
  journal.prune(clock.now() + 1);
  journal.close();
  writeFileSync(join(directory, "journal.keys"), keys);
  const opened = reopen();
  expect(opened.folders).toHaveLength(1);
  expect(opened.journal.incidents.undelivered()).toMatchObject([{ kind: "journal-damaged" }]);
  opened.journal.close();
});

test("a charge whose journey cannot be read is named in the incident, and nothing is done about it", () => {
  makeJournal();
  const raw = new Database(join(directory, "journal.db"));
  raw.exec("DELETE FROM journeys WHERE id = 'open'");
  raw.close();
  const { journal } = reopen();
  expect(journal.incidents.undelivered()).toMatchObject([{ kind: "journal-damaged", effects: ["open/charge-1"] }]);
  expect(journal.unsettled()).toEqual([]);
  journal.close();
});

test("an incident that the gateway does not have survives the damage", () => {
  makeJournal();
  const journal = assertOk(openJournal(options()), "journal");
  const number = journal.incidents.record("open", "settlement", { kind: "payment-unknown", effects: ["charge-1"] });
  journal.close();
  overwrite(
    "journal.db",
    Math.floor(readFileSync(join(directory, "journal.db")).indexOf("a120") / 4096) * 4096,
    Buffer.alloc(600, 0xa5),
  );
  const opened = reopen();
  const told = opened.journal.incidents.undelivered();
  expect(told.map(({ kind }) => kind).sort()).toEqual(["journal-damaged", "payment-unknown"]);
  expect(told.some((incident) => incident.number === number)).toBe(true);
  opened.journal.close();
});
