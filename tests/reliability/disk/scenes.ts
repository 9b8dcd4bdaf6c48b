import { closeSync, fstatSync, openSync, readSync, writeSync } from "node:fs";
import { join } from "node:path";
import { until } from "../../support/until.ts";
import type { Random } from "../../usb-lab/inside/random.ts";
import type { DiskBench } from "./bench.ts";
import type { Volume } from "./volume.ts";

export type Scene = {
  readonly name: string;
  /** Waits for minutes, and is in no sample. */
  readonly slow?: true;
  readonly play: (bench: DiskBench, volume: Volume, random: Random) => Promise<void>;
};

const PAID = "fonasa/bono-atencion";
const FREE = "srcei/certificado-nacimiento";
const PAGE = 4096;

/** Closed for everybody, on the screen and for the fleet; nothing may be sold. */
async function expectClosed(bench: DiskBench, fault: string): Promise<void> {
  await bench.says(fault);
  bench.expect((await bench.screen()) === "out-of-service", "the screen does not say that the kiosk is out of service");
  const { closed, services } = await bench.status();
  bench.expect(
    closed.some((obstacle) => obstacle.kind === "storage" && obstacle.fault === fault),
    `the fleet is not told of ${fault}`,
  );
  bench.expect(
    services.every(({ available }) => !available),
    "a service is offered",
  );
}

/** A whole sale, as if nothing had been. */
async function expectSale(bench: DiskBench): Promise<void> {
  await bench.serves();
  const before = bench.books();
  await bench.citizen(PAID);
  await bench.settled();
  const { held, valid } = bench.books();
  bench.expect(held > before.held && valid === before.valid + 1, "the next citizen could not buy");
}

/** Nobody's money is gone without a document or an incident. */
function expectHonest(bench: DiskBench, before: ReturnType<DiskBench["books"]>, incidents: number): void {
  const { held, valid } = bench.books();
  const taken = held - before.held;
  const known = bench.incidents().length > incidents;
  bench.expect(taken === 0 || valid > before.valid || known, `${taken} pesos taken for nothing, and nobody knows`);
  bench.expect(taken > 0 || valid === before.valid || known, "a document was issued for nothing, and nobody knows");
}

const NEARLY_FULL: Scene = {
  name: "the disk runs full while a citizen pays: the sale ends well, the next one is not begun",
  async play(bench, volume) {
    await bench.supervise();
    await bench.serves();
    const before = bench.books();
    const end = await bench.citizen(PAID, ({ kind }) => kind === "pay" && volume.fill(8 * 2 ** 20));
    const { valid } = bench.books();
    bench.expect(end === "home" && valid === before.valid + 1, "the sale under way did not end well");
    await expectClosed(bench, "full");
    volume.free();
    await expectSale(bench);
  },
};

const FULL: Scene = {
  name: "the disk is full to the last byte while the terminal works",
  async play(bench, volume) {
    await bench.supervise();
    await bench.serves();
    const before = bench.books();
    await bench.citizen(PAID, ({ kind }) => kind === "pay" && volume.fill(0));
    await expectClosed(bench, "full");
    volume.free();
    await bench.settled();
    expectHonest(bench, before, 0);
    await expectSale(bench);
  },
};

const READ_ONLY: Scene = {
  name: "the file system goes read-only under the kiosk, and comes back",
  slow: true,
  async play(bench, volume) {
    await bench.supervise();
    await bench.serves();
    const before = bench.books();
    volume.remount("abort");
    await bench.citizen(PAID).catch(() => undefined);
    await until("the kiosk closed", async () => (await bench.lane.health())?.closed === true);
    bench.expect(
      (await bench.screen()) === "out-of-service",
      "the screen does not say that the kiosk is out of service",
    );
    bench.expect(bench.books().held === before.held, "something was sold");
    await bench.cut();
    volume.detach();
    volume.attach();
    await bench.supervise();
    await expectSale(bench);
  },
};

const READ_ONLY_AT_START: Scene = {
  name: "the file system is read-only when the kiosk starts",
  async play(bench, volume) {
    await bench.supervise();
    await bench.serves();
    await bench.cut();
    volume.remount("ro");
    await bench.supervise();
    await expectClosed(bench, "read-only");
    volume.remount("rw");
    await expectSale(bench);
  },
};

/** The kiosk dies while money is open, and `spoil` meets its journal; afterwards a person knows, or nothing was lost. */
function damaged(name: string, spoil: (directory: string, random: Random) => void): Scene {
  return {
    name,
    async play(bench, _volume, random) {
      await bench.supervise();
      await expectSale(bench);
      const before = bench.books();
      const incidents = bench.incidents().length;
      const edges = ["charge sent", "charge done", "submit done", "print sent"];
      bench.lane.runtime.dieAt({
        edge: edges[Math.floor(random() * edges.length)] ?? "charge done",
        when: "after",
        nth: 1,
      });
      const died = bench.lane.runtime.exited;
      await Promise.race([bench.citizen(PAID), died]);
      await bench.cut();
      spoil(bench.lane.data, random);
      await bench.supervise();
      await bench.settled();
      expectHonest(bench, before, incidents);
      if (bench.quarantine().length === 0) return await expectSale(bench);
      bench.expect(bench.incidents().includes("journal-damaged"), "no incident tells of the damaged journal");
      await expectHeld(bench);
      bench.takeQuarantineAway();
      await expectSale(bench);
    },
  };
}

/** What needs no payment goes on, what does waits for the technician. */
async function expectHeld(bench: DiskBench): Promise<void> {
  const offered = async (service: string) =>
    (await bench.status()).services.find(({ id }) => id === service)?.available;
  await until(`${FREE} offered`, async () => (await offered(FREE)) === true, 60_000);
  bench.expect((await offered(PAID)) === false, "payments are taken beside a damaged journal");
}

/** Overwrites bytes in the middle of `count` pages of a file. */
function spoilPages(path: string, random: Random, count: number): void {
  const file = openSync(path, "r+");
  try {
    const pages = Math.floor(fstatSync(file).size / PAGE);
    for (let spoilt = 0; spoilt < count; spoilt++) {
      const at = Math.floor(random() * pages) * PAGE + Math.floor(random() * 200);
      const bytes = Buffer.alloc(64);
      readSync(file, bytes, 0, bytes.length, at);
      writeSync(
        file,
        bytes.map((byte) => byte ^ 0xa5),
        0,
        bytes.length,
        at,
      );
    }
  } finally {
    closeSync(file);
  }
}

export const SCENES: readonly Scene[] = [
  NEARLY_FULL,
  FULL,
  READ_ONLY,
  READ_ONLY_AT_START,
  damaged("pages of the journal are corrupted", (directory, random) =>
    spoilPages(join(directory, "journal.db"), random, 3),
  ),
  damaged("pages of the write-ahead log are corrupted", (directory, random) =>
    spoilPages(join(directory, "journal.db-wal"), random, 2),
  ),
  damaged("the journal's first page is gone", (directory) => {
    const file = openSync(join(directory, "journal.db"), "r+");
    writeSync(file, Buffer.alloc(PAGE, 0x5a), 0, PAGE, 0);
    closeSync(file);
  }),
];
