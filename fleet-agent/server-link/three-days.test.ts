import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import { SimulatedClock } from "../../base/clock.ts";
import { type Report, reportBatchSchema } from "../../base/contracts/fleet/report.ts";
import { silentLogger } from "../../base/log.ts";
import { Subject } from "../../base/observable.ts";
import { coded } from "../../base/registry/coded-error.ts";
import { assertOk, err, ok } from "../../base/result.ts";
import { StateReporter } from "../health/state-reporter.ts";
import { openStore } from "../store/store.ts";
import { Wake } from "../wake.ts";
import type { ServerClient } from "./client.ts";
import { reportLoop } from "./report-loop.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAYS = 3;

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

/**
 * Bytes in use, the least that several collections leave. What weak references name lives until the event loop turns, which simulated days do not
 * by themselves; and now and then half a megabyte of the engine's own outlives a collection, and not the next ones.
 */
async function heapInUse(): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 8; round++) {
    const { promise: turned, resolve } = Promise.withResolvers<void>();
    setImmediate(resolve);
    await turned;
    collectGarbage();
    least = Math.min(least, process.memoryUsage().heapUsed);
  }
  return least;
}

/** A server that can be away; its mark and what it has taken. */
class Server {
  away = false;
  tries = 0;
  readonly taken: Report[] = [];
  readonly client: Pick<ServerClient, "request" | "learnClock">;

  constructor(clock: SimulatedClock) {
    this.client = {
      learnClock: () => {},
      request: async ({ body }) => {
        this.tries++;
        if (this.away) return err({ error: coded("agent.server-unreachable"), kind: "away" });
        for (const report of reportBatchSchema.parse(body).reports) {
          if (report.sequence <= this.taken.length) continue;
          expect(report.sequence).toBe(this.taken.push(report));
        }
        const answer = { acknowledged: this.taken.length, now: clock.now(), desired: "", resend: false };
        const body_ = Buffer.from(JSON.stringify(answer));
        return ok({ status: 200, headers: {}, body: body_, socket: undefined as never });
      },
    };
  }
}

test("three days without a server lose nothing, double nothing, and take neither memory nor rows nor haste", async () => {
  const directory = mkdtempSync(join(tmpdir(), "agent-days-"));
  const clock = new SimulatedClock();
  const store = assertOk(openStore({ directory, clock }), "store");
  const server = new Server(clock);
  const reporter = new StateReporter(store, clock);
  const ending = new AbortController();
  const loop = reportLoop({
    client: server.client,
    outbox: store.outbox,
    clock,
    random: () => 0.5,
    log: silentLogger,
    signal: ending.signal,
    heartbeat: () => 60,
    socketOpen: new Subject(false),
    onAnswer: () => {},
    onReturn: () => {},
    wake: new Wake(),
  });
  await clock.advance(5_000);
  server.away = true;
  const begun = clock.now();
  const rows: number[] = [];
  const heap: number[] = [];
  let events = 0;
  let journeys = 0;
  for (let quarter = 0; quarter < DAYS * 96; quarter++) {
    const updated = { state: "trial" as const, target: `t${quarter}` };
    reporter.set("software", { release: "0.1.0", slot: "a", packages: {}, update: updated });
    store.transaction(() => {
      store.outbox.append({ type: "event", event: "process.started", fields: { part: "runtime" } });
      const hour = clock.now() - (clock.now() % HOUR);
      const sum = { hour, service: "fonasa/bono-atencion", result: "completed", count: 2, seconds: 120 };
      store.outbox.append({ type: "counters", counters: [sum] });
    });
    events++;
    journeys += 2;
    await clock.advance(15 * MINUTE);
    if (quarter % 96 === 95) {
      rows.push(store.outbox.waiting.value - events);
      heap.push(await heapInUse());
    }
  }
  const tries = server.tries;
  expect(clock.now() - begun).toBe(DAYS * 24 * HOUR);
  // Never faster than the schedule's cap once it is reached: five minutes, half of them random.
  expect(tries).toBeLessThan(DAYS * 24 * 20);
  // Beside the events: one state, one sum an hour, and the batch that was under way.
  expect(Math.max(...rows)).toBeLessThanOrEqual(DAYS * 24 + 5);
  // Two days' some 200 events would be in memory otherwise, and each try's timers, signals and listeners.
  expect((heap.at(-1) ?? 0) - (heap[0] ?? 0)).toBeLessThan(500_000);

  server.away = false;
  await clock.advance(10 * MINUTE);
  expect(store.outbox.waiting.value).toBe(0);
  const counted = server.taken.flatMap((report) => (report.type === "counters" ? report.counters : []));
  expect(counted.reduce((sum, { count }) => sum + count, 0)).toBe(journeys);
  expect(server.taken.filter(({ type }) => type === "event")).toHaveLength(events);
  const last = server.taken.findLast((report) => report.type === "state");
  expect(last).toMatchObject({ state: { software: { update: { target: `t${DAYS * 96 - 1}` } } } });
  ending.abort();
  await loop;
  reporter.stop();
  expect(clock.pending).toBe(0);
  store.close();
  rmSync(directory, { recursive: true });
});

test("a server that refuses is asked in minutes, one that names a time at that time, and none in a tight loop", async () => {
  const directory = mkdtempSync(join(tmpdir(), "agent-refused-"));
  const clock = new SimulatedClock();
  const store = assertOk(openStore({ directory, clock }), "store");
  let tries = 0;
  let failure: { kind: "away" | "refused"; retryAfter?: number } = { kind: "refused" };
  const ending = new AbortController();
  const loop = reportLoop({
    client: {
      learnClock: () => {},
      request: async () => {
        tries++;
        return err({ error: coded("agent.server-refused"), ...failure });
      },
    },
    outbox: store.outbox,
    clock,
    random: () => 0.5,
    log: silentLogger,
    signal: ending.signal,
    heartbeat: () => 60,
    socketOpen: new Subject(false),
    onAnswer: () => {},
    onReturn: () => {},
    wake: new Wake(),
  });
  await clock.advance(HOUR);
  expect(tries).toBeLessThanOrEqual(6);
  failure = { kind: "away", retryAfter: 1_200_000 };
  await clock.advance(HOUR);
  const before = tries;
  for (let index = 0; index < 100; index++)
    store.outbox.append({ type: "event", event: "process.started", fields: {} });
  await clock.advance(HOUR);
  expect(tries - before).toBeLessThanOrEqual(3);
  expect(tries - before).toBeGreaterThanOrEqual(2);
  ending.abort();
  await loop;
  store.close();
  rmSync(directory, { recursive: true });
});
