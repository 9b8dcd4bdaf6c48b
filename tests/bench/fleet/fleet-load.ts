import { readFileSync } from "node:fs";
import { pause } from "../../../base/deadline.ts";
import { systemClock } from "../../../base/node/system-clock.ts";
import { type NewReport, type SimulatedIdentity, SimulatedKiosk } from "../../../simulators/fleet/kiosk.ts";
import { devicesWithPaper } from "../../../simulators/fleet/sections.ts";
import { percentile, round } from "../figures.ts";

/** What this process is told: a JSON file, its only argument. */
export type LoadOrder = {
  readonly server: string;
  /** PEM. */
  readonly authority: string;
  /** JSON file of `SimulatedIdentity[]`. */
  readonly identities: string;
} & (
  | {
      /** Every kiosk speaks once a period, on a schedule that does not wait for answers. */
      readonly mode: "steady";
      /** Seconds: in which they come one by one, between two words of one, and in which answers are measured. */
      readonly ramp: number;
      readonly period: number;
      readonly window: number;
      /** Share of the words that carry a change; the others are heartbeats. */
      readonly changes: number;
    }
  | {
      /** The first `kiosks` speak as fast as they are answered. */
      readonly mode: "flood";
      readonly kiosks: number;
      readonly reports: number;
      readonly seconds: number;
    }
);

export type LoadFigures = {
  readonly requests: number;
  readonly reports: number;
  readonly errors: number;
  readonly firstErrors: readonly string[];
  /** Words that were due while the one before was not answered yet. */
  readonly missed: number;
  readonly connections: number;
  /** Milliseconds. */
  readonly answers: { readonly median: number; readonly p95: number; readonly p99: number; readonly max: number };
  readonly seconds: number;
  /** Processor time of this process, seconds, while it measured. */
  readonly processor: number;
};

const TICK = 10;
/** Answers that every kiosk of a flood has had before anything is counted: its connection is made and it is known. */
const WARM = 2;

const order = JSON.parse(readFileSync(process.argv[2] ?? "", "utf8")) as LoadOrder;
const identities = JSON.parse(readFileSync(order.identities, "utf8")) as SimulatedIdentity[];
const server = new URL(order.server);
const kiosks = (order.mode === "flood" ? identities.slice(0, order.kiosks) : identities).map(
  (identity) => new SimulatedKiosk({ identity, server, authority: order.authority, clock: systemClock }),
);

let counting = false;
let requests = 0;
let reports = 0;
let missed = 0;
const times: number[] = [];
const errors: string[] = [];
const busy = new Set<SimulatedKiosk>();
const paper = new Set<SimulatedKiosk>();

/** A change of the devices: the paper ends, or is there again. */
function change(kiosk: SimulatedKiosk): NewReport {
  const has = !paper.delete(kiosk);
  if (has) paper.add(kiosk);
  return { type: "state", state: { devices: devicesWithPaper(systemClock.now(), !has) } };
}

async function speak(kiosk: SimulatedKiosk, words: readonly NewReport[]): Promise<void> {
  const began = performance.now();
  busy.add(kiosk);
  try {
    await kiosk.send(words);
    if (!counting) return;
    requests++;
    reports += words.length;
    times.push(performance.now() - began);
  } catch (error) {
    errors.push(error instanceof Error ? error.message : String(error));
  } finally {
    busy.delete(kiosk);
  }
}

async function steady({ ramp, period, window, changes }: Extract<LoadOrder, { mode: "steady" }>): Promise<void> {
  // By the tick in which they are due: with a ramp longer than the period, second words are due between first ones.
  const due = new Map<number, SimulatedKiosk[]>();
  const plan = (kiosk: SimulatedKiosk, tick: number) => {
    const others = due.get(tick);
    if (others === undefined) due.set(tick, [kiosk]);
    else others.push(kiosk);
  };
  const ticks = (seconds: number) => Math.round((seconds * 1_000) / TICK);
  for (const [index, kiosk] of kiosks.entries()) plan(kiosk, ticks((index / kiosks.length) * ramp));
  const began = performance.now();
  let tick = 0;
  while (performance.now() - began < (ramp + window) * 1_000) {
    const elapsed = performance.now() - began;
    if (!counting && elapsed > ramp * 1_000) start();
    for (; tick * TICK <= elapsed; tick++) {
      for (const kiosk of due.get(tick) ?? []) {
        if (busy.has(kiosk)) missed++;
        else void speak(kiosk, Math.random() < changes ? [change(kiosk)] : []);
        plan(kiosk, tick + ticks(period));
      }
      due.delete(tick);
    }
    await pause(systemClock, TICK);
  }
  const limit = performance.now() + 10_000;
  while (busy.size > 0 && performance.now() < limit) await pause(systemClock, TICK);
  missed += busy.size;
}

async function flood({ reports: each, seconds }: Extract<LoadOrder, { mode: "flood" }>): Promise<void> {
  let cold = kiosks.length;
  let end = Number.POSITIVE_INFINITY;
  const one = async (kiosk: SimulatedKiosk) => {
    for (let answers = 0; performance.now() < end && errors.length < kiosks.length; answers++) {
      if (answers === WARM && --cold === 0) {
        start();
        end = performance.now() + seconds * 1_000;
      }
      await speak(kiosk, each === 1 ? [change(kiosk)] : Array.from({ length: each }, anEvent));
    }
  };
  await Promise.all(kiosks.map(one));
}

function anEvent(): NewReport {
  return { type: "event", event: "process.started", fields: { part: "runtime", version: "0.1.0" } };
}

let measuredFrom = { at: 0, processor: 0 };
function start(): void {
  counting = true;
  measuredFrom = { at: performance.now(), processor: processor() };
  process.stdout.write("measuring\n");
}

function processor(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

await (order.mode === "steady" ? steady(order) : flood(order));
const figures: LoadFigures = {
  ...{ requests, reports, missed, errors: errors.length, firstErrors: [...new Set(errors)].slice(0, 3) },
  connections: kiosks.reduce((sum, kiosk) => sum + kiosk.connections, 0),
  answers: {
    median: round(percentile(times, 0.5), 1),
    p95: round(percentile(times, 0.95), 1),
    p99: round(percentile(times, 0.99), 1),
    max: round(percentile(times, 1), 1),
  },
  seconds: round((performance.now() - measuredFrom.at) / 1_000, 1),
  processor: round(processor() - measuredFrom.processor, 1),
};
process.stdout.write(`${JSON.stringify(figures)}\n`, () => process.exit(0));
