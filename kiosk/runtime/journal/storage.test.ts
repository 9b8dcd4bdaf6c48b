import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { beforeEach, expect, test } from "vitest";
import { SimulatedClock } from "../../../base/clock.ts";
import type { StorageFault } from "../../../base/contracts/runtime-control.ts";
import { createLogger, type LogRecord } from "../../../base/log.ts";
import { StorageWatch, storageFaultOf } from "./storage.ts";

let directory: string;
let clock: SimulatedClock;
let records: LogRecord[];
let trouble: Error | undefined;
let backs: number;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "storage-"));
  clock = new SimulatedClock();
  records = [];
  trouble = undefined;
  backs = 0;
});

function watch(fault?: StorageFault): StorageWatch {
  return new StorageWatch({
    ...{ directory, fault, clock },
    tryToWrite: () => {
      if (trouble !== undefined) throw trouble;
    },
    onBack: () => backs++,
    log: createLogger("runtime", (record) => records.push(record)),
  });
}

const full = () => new Database.SqliteError("database or disk is full", "SQLITE_FULL");
const fail = (error: Error) => () => {
  throw error;
};

test.each([
  ["SQLITE_FULL", "full"],
  ["SQLITE_READONLY_DBMOVED", "read-only"],
  ["SQLITE_IOERR_WRITE", "failing"],
  ["SQLITE_CORRUPT_INDEX", "damaged"],
  ["SQLITE_NOTADB", "damaged"],
  ["SQLITE_CONSTRAINT_UNIQUE", undefined],
])("%s tells of a disk that is %s", (code, fault) => {
  expect(storageFaultOf(new Database.SqliteError("", code))).toBe(fault);
});

test.each([
  ["ENOSPC", "full"],
  ["EROFS", "read-only"],
  ["EIO", "failing"],
  ["EACCES", undefined],
])("%s of the system tells of a disk that is %s", (code, fault) => {
  expect(storageFaultOf(Object.assign(new Error(code), { code }))).toBe(fault);
});

test("a write that the disk refuses closes the kiosk, and a trial that succeeds opens it again", async () => {
  const storage = watch();
  storage.start();
  trouble = full();
  expect(storage.guards(fail(full()))).toBe(false);
  expect({ fault: storage.fault.value, closed: storage.closed.value }).toEqual({ fault: "full", closed: true });
  await clock.advance(20_000);
  expect(storage.closed.value).toBe(true);
  trouble = undefined;
  await clock.advance(5_000);
  expect({ fault: storage.fault.value, closed: storage.closed.value, backs }).toEqual({
    ...{ fault: undefined, closed: false, backs: 0 },
  });
  expect(records.map(({ event, fields }) => `${event} ${fields.state}`)).toEqual([
    "journal.storage full",
    "journal.storage ok",
  ]);
  storage.stop();
});

test("a disk that goes read-only while nobody is there is noticed within a minute", async () => {
  const storage = watch();
  storage.start();
  trouble = new Database.SqliteError("attempt to write a readonly database", "SQLITE_READONLY");
  await clock.advance(60_000);
  expect(storage.fault.value).toBe("read-only");
  storage.stop();
});

test("after a disk that failed the journal must be opened anew: the runtime is asked to start again", async () => {
  const storage = watch();
  storage.start();
  expect(storage.guards(fail(new Database.SqliteError("", "SQLITE_IOERR_FSYNC")))).toBe(false);
  await clock.advance(5_000);
  expect({ backs, closed: storage.closed.value }).toEqual({ backs: 1, closed: true });
  storage.stop();
});

test("with a stand-in the kiosk is closed from the start, until the disk can be written", () => {
  const storage = watch("read-only");
  expect({ standIn: storage.isStandIn, closed: storage.closed.value }).toEqual({ standIn: true, closed: true });
  storage.look();
  expect(backs).toBe(1);
});

test("what is no fault of the disk, and a page that cannot be read, is not swallowed", () => {
  const storage = watch();
  expect(() => storage.guards(fail(new Error("a defect")))).toThrow("a defect");
  expect(() => storage.guards(fail(new Database.SqliteError("", "SQLITE_CORRUPT")))).toThrow();
  expect(storage.closed.value).toBe(false);
});

test("a damaged journal in quarantine is seen for as long as its folder lies there", async () => {
  const folder = join(directory, "journal-damaged-20261129120000");
  mkdirSync(folder);
  const storage = watch();
  storage.start();
  expect(storage.quarantined.value).toBe(true);
  rmSync(folder, { recursive: true });
  await clock.advance(5_000);
  expect(storage.quarantined.value).toBe(false);
  storage.stop();
});
