import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { expect, test } from "vitest";
import { SimulatedClock } from "../../base/clock.ts";
import type { DeviceKind } from "../../base/contracts/device-status.ts";
import { ok } from "../../base/result.ts";
import { contractRun } from "../../drivers/contract-suite.ts";
import type { Device } from "../../drivers/device.ts";
import type { OpenChannel } from "../../drivers/transport/byte-channel.ts";
import { parseTrace } from "../../drivers/transport/trace/format.ts";
import { TraceRecorder } from "../../drivers/transport/trace/recorder.ts";
import { SHOW_ALL } from "../../drivers/transport/trace/redaction.ts";
import { TraceReplay } from "../../drivers/transport/trace/replay.ts";

export type Surroundings = {
  readonly open: OpenChannel;
  readonly clock: SimulatedClock;
};

/** A scenario of a contract suite that is kept as a trace. `H` is what a hand does at the device. */
export type TracedScenario<D extends Device, H> = {
  readonly kind: DeviceKind;
  readonly model: string;
  /** `traces/<name>.jsonl` in the kind's folder; synthetic data only. */
  readonly file: string;
  /** The driver over a channel; not started. */
  readonly device: (surroundings: Surroundings) => D;
  /** A simulator on a wire in memory. */
  readonly simulate: (clock: SimulatedClock) => Promise<{
    readonly open: OpenChannel;
    readonly hand: H;
    readonly stop: () => Promise<void>;
  }>;
  /** A hand that does nothing: on a replay the device has been served already. */
  readonly idle: H;
  readonly run: (device: D, hand: H, clock: SimulatedClock) => Promise<void>;
};

/** Record anew with `VENTANILLA_RECORD=1` when a driver or a simulator was changed on purpose, and look at the difference. */
const RECORD = process.env.VENTANILLA_RECORD === "1";
const STARTED_AT = Date.UTC(2026, 10, 23, 12);

/** Registers two tests: that the simulator still says what the trace holds, and that the driver passes on the trace alone. */
export function tracedScenario<D extends Device, H>(scenario: TracedScenario<D, H>): void {
  const { kind, model, file } = scenario;

  test(`${model}: the trace is the conversation with the simulator of today`, async () => {
    const clock = new SimulatedClock(STARTED_AT);
    const lines: string[] = [];
    const recorder = new TraceRecorder({
      header: { trace: 1, kind, model, content: "raw", startedAt: STARTED_AT, seed: 0 },
      ...{ clock, redaction: SHOW_ALL, write: (line) => lines.push(line) },
    });
    const simulated = await scenario.simulate(clock);
    await play(scenario, { open: recorder.wrap(simulated.open), clock }, simulated.hand);
    await simulated.stop();
    if (RECORD) {
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, lines.join(""));
    }
    expect(lines.join("")).toBe(readFileSync(file, "utf8"));
  });

  contractRun({ kind, model, transport: "trace", tests: "scenario" }, () => {
    test(`${model}: the driver does the same on the replayed trace`, async () => {
      const clock = new SimulatedClock(STARTED_AT);
      const trace = parseTrace(readFileSync(file, "utf8"));
      if (!trace.ok) throw new Error(trace.error.message);
      const replay = new TraceReplay(trace.value, { clock, redaction: SHOW_ALL });
      await play(scenario, { open: replay.open, clock }, scenario.idle);
      expect(replay.end()).toEqual(ok());
      expect(replay.over).toBe(true);
    });
  });
}

async function play<D extends Device, H>(
  { device: make, run }: TracedScenario<D, H>,
  surroundings: Surroundings,
  hand: H,
): Promise<void> {
  const { clock } = surroundings;
  const device = make(surroundings);
  device.start();
  await clock.advance(0);
  await run(device, hand, clock);
  const stopping = device.stop();
  await clock.advance(5_000);
  await stopping;
}
