import { copyFileSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import { afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { EMPTY_TRUST } from "../../drivers/chip-card-reader/authenticity/trust-store.ts";
import type { ChipProgress } from "../../drivers/chip-card-reader/interface.ts";
import type { JourneyPorts } from "../../flows/engine/ports.ts";
import { FULL_PROFILE } from "../../simulators/chip-card/document.ts";
import { removedAt } from "../../simulators/chip-card/faults.ts";
import { createIssuer } from "../../simulators/chip-card/issuer.ts";
import { ChipWorld, chipOf, KEY, NOW, PERSON } from "../../tests/support/chip-card.ts";
import { type Kiosk, World } from "./testing/world.ts";

/** The real driver on a reader in memory, and the ports of one journey above it. */
let chips: ChipWorld;
let bench: ReturnType<ChipWorld["bench"]>;
let world: World;
let kiosk: Kiosk;
let ports: JourneyPorts;
let progress: ChipProgress[];

beforeAll(async () => {
  chips = await ChipWorld.make();
});
beforeEach(() => open());
afterEach(() => {
  kiosk.kill();
  world.remove();
});

function open(trust = chips.trust): void {
  bench = chips.bench(undefined, { trust });
  world = new World({ "chip-card-reader": [bench.reader] });
  kiosk = world.boot();
  ({ ports } = kiosk.openJourney());
  progress = [];
}

const read = (signal = new AbortController().signal) =>
  ports.readChip({ key: KEY }, { signal, onProgress: (each) => void progress.push(each) });

const GENUINE = {
  reading: expect.any(String),
  documentNumber: PERSON.card.documentNumber,
  birthDate: PERSON.birthDate,
  runs: expect.arrayContaining([PERSON.run]),
  expired: false,
  genuine: true,
};

/** What the journal on disk says of reads, oldest first. The runtime holds the file, so that a copy is asked. */
function journaled(): unknown[] {
  const copy = join(world.directory, "copy.db");
  for (const end of ["", "-wal"]) copyFileSync(join(world.directory, `journal.db${end}`), `${copy}${end}`);
  const database = new Database(copy);
  const details = database.prepare("SELECT detail FROM events WHERE name = 'read-chip' ORDER BY rowid").pluck().all();
  database.close();
  return details;
}

describe("a cédula on the reader", () => {
  test("is genuine where State and chip prove it; neither face nor signature is read", async () => {
    bench.terminal.insert(chipOf(await chips.issue()));
    expect(await read()).toEqual({ outcome: "ok", value: GENUINE });
    const files = new Set(progress.flatMap((each) => (each.step === "file" ? [each.file] : [])));
    expect([...files].toSorted()).toEqual(["COM", "DG1", "DG11", "DG14", "DG15", "SOD"]);
    expect(progress.at(0)).toEqual({ step: "waiting" });
    expect(journaled()).toEqual(["genuine"]);
  });

  test.each([
    ["a copy", async () => chipOf(await chips.issue(FULL_PROFILE, { cloned: true }))],
    ["altered", async () => chipOf(await chips.issue(FULL_PROFILE, { altered: "DG11" }))],
    [
      "of an authority that nobody knows",
      async () => chipOf(await chips.issue(FULL_PROFILE, {}, await createIssuer("CL", NOW))),
    ],
    ["without any proof of being the original", async () => chipOf(await chips.issue({}))],
  ])("that is %s is not genuine", async (_name, chip) => {
    bench.terminal.insert(await chip());
    expect(await read()).toMatchObject({ outcome: "ok", value: { genuine: false } });
    expect(journaled()).toEqual(["not-proved"]);
  });

  test("is not genuine on a kiosk that trusts nobody", async () => {
    kiosk.kill();
    world.remove();
    open(EMPTY_TRUST);
    bench.terminal.insert(chipOf(await chips.issue()));
    expect(await read()).toMatchObject({ outcome: "ok", value: { genuine: false } });
  });

  test("that is taken away half way is told, and can be read again", async () => {
    bench.terminal.insert(removedAt(chipOf(await chips.issue()), 12));
    expect(await read()).toMatchObject({ outcome: "error", error: { code: "chip-card.removed" } });
    bench.terminal.insert(chipOf(await chips.issue()));
    expect(await read()).toMatchObject({ outcome: "ok", value: GENUINE });
    expect(journaled()).toEqual(["chip-card.removed", "genuine"]);
  });
});

describe("a reader", () => {
  test("that is away is told at once", async () => {
    bench.terminal.state.set({ reader: "absent", card: "absent" });
    expect(await read()).toMatchObject({ outcome: "error", error: { code: "runtime.no-device" } });
    expect(journaled()).toEqual(["runtime.no-device"]);
  });

  test("that goes away while a card is awaited ends the wait", async () => {
    const reading = read();
    await bench.clock.advance(5_000);
    bench.terminal.state.set({ reader: "no-service", card: "absent" });
    expect(await reading).toMatchObject({ outcome: "error", error: { code: "link.lost" } });
  });

  test("on which nobody puts a card is given up after five minutes", async () => {
    const reading = read();
    await bench.clock.advance(300_000);
    expect(await reading).toMatchObject({ outcome: "error", error: { code: "chip-card.no-card" } });
  });

  test("is free for the next read right after one was given up", async () => {
    const leaving = new AbortController();
    const left = read(leaving.signal);
    leaving.abort();
    const next = read();
    expect(await left).toMatchObject({ outcome: "error", error: { code: "common.cancelled" } });
    bench.terminal.insert(chipOf(await chips.issue()));
    expect(await next).toMatchObject({ outcome: "ok", value: GENUINE });
  });

  test("that never lets go of the card before is told to be busy", async () => {
    const stuck = bench.read();
    const reading = read();
    await world.clock.advance(15_000);
    expect(await reading).toMatchObject({ outcome: "error", error: { code: "chip-card.busy" } });
    await bench.reader.stop();
    await stuck;
  });

  test("tells nothing to a page that was left", async () => {
    const leaving = new AbortController();
    leaving.abort();
    expect(await read(leaving.signal)).toMatchObject({ outcome: "error", error: { code: "common.cancelled" } });
    expect(progress).toEqual([]);
  });
});
