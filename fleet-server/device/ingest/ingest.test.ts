import type { Kysely } from "kysely";
import { expect, test } from "vitest";
import { SimulatedClock } from "../../../base/clock.ts";
import type { Report } from "../../../base/contracts/fleet/report.ts";
import { silentLogger } from "../../../base/log.ts";
import { ok } from "../../../base/result.ts";
import type { FleetDatabase } from "../../store/schema.ts";
import type { GroupWriter } from "./group.ts";
import { type Batch, Ingest } from "./ingest.ts";

const STREAM = "7f1d1a5e-0000-4000-8000-000000000001";
const report: Report = { type: "event", event: "device.link", sequence: 1, at: 1, fields: {} };

/** An ingest whose groups are written by `write`, in transactions that only say whether they failed. */
function rig(write: (kiosks: string[]) => void) {
  const clock = new SimulatedClock();
  const db = { transaction: () => ({ execute: (work: (within: object) => unknown) => work({}) }) };
  const writer = {
    write: async (group: readonly Batch[]) => {
      write(group.map(({ identity }) => identity.kiosk));
      return () => {
        for (const { answer } of group) answer(ok({ acknowledged: 1, resend: false }));
      };
    },
  };
  const ingest = new Ingest({
    ...{ db: db as unknown as Kysely<FleetDatabase>, writer: writer as unknown as GroupWriter },
    ...{ clock, log: silentLogger },
  });
  const take = (kiosk: string, reports: Report[] = [report]) =>
    ingest.take({ kiosk, thumbprint: "", mutualTls: true }, { stream: STREAM, session: 1, reports });
  return { clock, ingest, take };
}

test("batches that wait are written together, and a heartbeat waits for company", async () => {
  const groups: string[][] = [];
  const { clock, take } = rig((kiosks) => groups.push(kiosks));
  const heartbeat = take("a", []);
  await clock.advance(50);
  expect(groups).toEqual([]);
  const others = [take("b"), take("c")];
  await clock.advance(5);
  expect(groups).toEqual([["a", "b", "c"]]);
  expect(await Promise.all([heartbeat, ...others])).toHaveLength(3);
  void take("d", []);
  await clock.advance(100);
  expect(groups).toHaveLength(2);
});

test("a batch that the database refuses fails alone, after its retries", async () => {
  const groups: string[][] = [];
  const { clock, take } = rig((kiosks) => {
    groups.push(kiosks);
    if (kiosks.includes("bad")) throw new Error("refused");
  });
  const [good, bad, last] = [take("good"), take("bad"), take("last")];
  const failed = expect(bad).rejects.toThrow("refused");
  await clock.advance(1_000);
  await failed;
  expect(await good).toMatchObject({ ok: true });
  expect(await last).toMatchObject({ ok: true });
  expect(groups).toEqual([["good", "bad", "last"], ["good"], ["bad"], ["bad"], ["bad"], ["last"]]);
});

test("a deadlock is tried again and nobody hears of it", async () => {
  let tries = 0;
  const { clock, take } = rig(() => {
    if (++tries === 1) throw new Error("deadlock detected");
  });
  const taken = take("a");
  await clock.advance(1_000);
  expect(await taken).toMatchObject({ ok: true });
});

test("when too much waits, kiosks are asked to come later", async () => {
  const { clock, ingest, take } = rig(() => {});
  const all = Array.from({ length: 10_001 }, (_, n) => take(`k-${n}`, []));
  expect(await all.at(-1)).toMatchObject({ error: { code: "fleet-server.overloaded" } });
  await clock.advance(1_000);
  expect(ingest.waiting).toBe(0);
  expect(await all[0]).toMatchObject({ ok: true });
});
