import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, expect, test } from "vitest";
import { SimulatedClock } from "../../base/clock.ts";
import type { Report } from "../../base/contracts/fleet/report.ts";
import { assertOk } from "../../base/result.ts";
import type { NewReport } from "./interface.ts";
import { MAX_EVENTS } from "./outbox.ts";
import { type OpenedStore, openStore } from "./store.ts";

const HOUR = 3_600_000;
const clock = new SimulatedClock();
let directory: string;
let store: OpenedStore;

function open(where = directory): OpenedStore {
  return assertOk(openStore({ directory: where, clock }), "store");
}
function event(count: number) {
  return { type: "event", event: "process.started", fields: { count } } as const;
}
function software(release: string) {
  return { release, slot: null, packages: {}, update: { state: "idle" as const } };
}
function counter(count: number, service = "fonasa/bono-atencion", hour = 0): NewReport {
  const sum = { hour: hour * HOUR, service, result: "completed", count, seconds: 60 * count };
  return { type: "counters", counters: [sum] };
}

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "agent-store-"));
  store = open();
});
afterEach(() => {
  store.close();
  rmSync(directory, { recursive: true });
});

test("a batch that was handed out comes again unchanged until it is acknowledged, also after a restart", () => {
  store.outbox.append({ type: "state", state: { software: software("1.0.0") } });
  store.outbox.append(event(1));
  const first = store.outbox.next(500);
  store.outbox.append({ type: "state", state: { software: software("2.0.0") } });
  expect(store.outbox.next(500)).toEqual(first);
  const { stream, session } = store.outbox;
  store.close();
  store = open();
  expect(store.outbox.stream).toBe(stream);
  expect(store.outbox.session).toBe(session + 1);
  expect(store.outbox.next(500)).toEqual(first);
  expect(store.outbox.waiting.value).toBe(3);
  store.outbox.acknowledge(2);
  expect(store.outbox.next(500)).toMatchObject([{ sequence: 3, state: { software: { release: "2.0.0" } } }]);
});

test("state that waits is laid over by newer state, section by section", () => {
  store.outbox.append({ type: "state", state: { software: software("1.0.0") } });
  store.outbox.append({
    type: "state",
    state: { security: { certificateExpires: null, clockOffset: 0, mutualTls: true } },
  });
  store.outbox.append({ type: "state", state: { software: software("1.0.1") } });
  const batch = store.outbox.next(500);
  expect(batch).toHaveLength(1);
  expect(batch[0]).toMatchObject({
    sequence: 1,
    state: { software: { release: "1.0.1" }, security: { mutualTls: true } },
  });
});

test("journeys that wait are summed by hour, service and result", () => {
  for (let index = 0; index < 50; index++) store.outbox.append(counter(2, "fonasa/bono-atencion", index % 2));
  expect(store.outbox.next(500)).toMatchObject([
    {
      type: "counters",
      counters: [
        { hour: 0, count: 50, seconds: 3000 },
        { hour: HOUR, count: 50, seconds: 3000 },
      ],
    },
  ]);
});

test("events above the bound become a number, commands and updates never do", () => {
  store.transaction(() => {
    const id = "7f3f4b1e-58a4-4a6c-9ad8-6d6f0f6b5b11";
    store.outbox.append({ type: "command", command: { id, state: "done" } });
    for (let index = 0; index < MAX_EVENTS + 70; index++) store.outbox.append(event(index));
    store.outbox.append({ type: "update", update: { target: "releases/x", sha256: "", result: "installed" } });
  });
  const all = drain(store);
  expect(all.filter(({ type }) => type === "event")).toHaveLength(MAX_EVENTS + 1);
  expect(all.find((report) => report.type === "event" && report.event === "agent.events-dropped")).toMatchObject({
    fields: { count: 70 },
  });
  expect(all.map(({ type }) => type)).toEqual(expect.arrayContaining(["command", "update"]));
  expect(all.map(({ sequence }) => sequence)).toEqual(all.map((_report, index) => index + 1));
});

test("a batch stays below the server's limit of one body", () => {
  const message = "x".repeat(500);
  store.transaction(() => {
    for (let index = 0; index < 2_000; index++)
      store.outbox.append({ type: "update", update: { target: message, sha256: message, result: "failed", message } });
  });
  expect(JSON.stringify(store.outbox.next(500)).length).toBeLessThan(1_000_000);
  expect(drain(store)).toHaveLength(2_000);
});

test("a number that was never given is not believed", () => {
  store.outbox.append(event(1));
  store.outbox.acknowledge(1_000);
  expect(store.outbox.next(500)).toMatchObject([{ sequence: 1 }]);
});

test("a transaction that fails leaves neither report nor value", () => {
  expect(() =>
    store.transaction(() => {
      store.outbox.append(event(1));
      store.values.set("cursor", 1);
      throw new Error("no");
    }),
  ).toThrow("no");
  expect(store.outbox.next(500)).toEqual([]);
  expect(store.values.get("cursor")).toBeUndefined();
});

test("a second agent on the same data is turned away", () =>
  expect(openStore({ directory, clock })).toMatchObject({ ok: false, error: { code: "agent.store-locked" } }));

test("whatever is sent, lost, repeated and restarted, the server has everything once and in order", () => {
  const step = fc.oneof(
    fc.constant("event" as const),
    fc.constant("state" as const),
    fc.constant("counter" as const),
    fc.constant("restart" as const),
    fc.record({ limit: fc.integer({ min: 1, max: 4 }), arrives: fc.boolean(), answered: fc.boolean() }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const where = mkdtempSync(join(directory, "run-"));
      let one = open(where);
      const taken: Report[] = [];
      const events: number[] = [];
      let journeys = 0;
      let release = "";
      const exchange = (limit: number, arrives: boolean, answered: boolean) => {
        const batch = one.outbox.next(limit);
        for (const report of arrives ? batch : []) {
          const before = taken[report.sequence - 1];
          if (before === undefined) expect(report.sequence).toBe(taken.push(report));
          else expect(report).toEqual(before);
        }
        if (arrives && answered) one.outbox.acknowledge(taken.length);
      };
      for (const [index, now] of steps.entries()) {
        if (now === "event") {
          one.outbox.append(event(index));
          events.push(index);
        } else if (now === "state") {
          release = `1.0.${index}`;
          one.outbox.append({ type: "state", state: { software: software(release) } });
        } else if (now === "counter") {
          one.outbox.append(counter(1));
          journeys++;
        } else if (now === "restart") {
          one.close();
          one = open(where);
        } else exchange(now.limit, now.arrives, now.answered);
      }
      while (one.outbox.waiting.value > 0) exchange(500, true, true);
      one.close();
      expect(taken.flatMap((report) => (report.type === "event" ? [report.fields.count] : []))).toEqual(events);
      const counted = taken.flatMap((report) => (report.type === "counters" ? report.counters : []));
      expect(counted.reduce((sum, { count }) => sum + count, 0)).toBe(journeys);
      const last = taken.findLast((report) => report.type === "state");
      expect(last?.type === "state" ? last.state.software?.release : "").toBe(release);
    }),
    { numRuns: 40 },
  );
});

/** Everything that waits, as a server that always answers takes it. */
function drain(from: OpenedStore): Report[] {
  const all: Report[] = [];
  for (;;) {
    const batch = from.outbox.next(500);
    if (batch.length === 0) return all;
    all.push(...batch);
    from.outbox.acknowledge(batch.at(-1)?.sequence ?? 0);
  }
}
