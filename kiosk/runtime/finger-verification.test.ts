import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { SimulatedClock } from "../../base/clock.ts";
import { silentLogger } from "../../base/log.ts";
import { done, failed, type Outcome } from "../../base/outcome.ts";
import { coded } from "../../base/registry/coded-error.ts";
import { SensorReader } from "../../drivers/fingerprint-reader/driver.ts";
import type { FingerProgress, JourneyPorts, Json } from "../../flows/engine/ports.ts";
import { SimulatedSensor } from "../../simulators/fingerprint-reader/sensor.ts";
import { syntheticTemplate } from "../../simulators/fingerprint-reader/templates.ts";
import { type Kiosk, World } from "./testing/world.ts";

const RUN = "12345678-5";

/** The real driver on a sensor in memory, and the ports of one journey above it. */
let sensor: SimulatedSensor;
let clock: SimulatedClock;
let reader: SensorReader;
let world: World;
let kiosk: Kiosk;
let ports: JourneyPorts;
let progress: FingerProgress[];
/** What the gateway was asked, and the answers that it has. */
let asked: { readonly operation: string; readonly input: Json }[];
let answers: (Outcome<Json> | Promise<Outcome<Json>>)[];

beforeEach(async () => {
  sensor = new SimulatedSensor();
  clock = new SimulatedClock();
  reader = new SensorReader({
    ...{ id: "finger", model: "simulated", open: sensor.open, clock, random: () => 0.5 },
    log: silentLogger,
  });
  world = new World({ "fingerprint-reader": [reader] });
  progress = [];
  asked = [];
  answers = [];
  world.gateway.query = async (operation, input) => {
    asked.push({ operation, input });
    return await (answers.shift() ?? failed(coded("runtime.gateway-unreachable")));
  };
  kiosk = world.boot();
  ({ ports } = kiosk.openJourney());
  reader.start();
  await clock.advance(0);
});

afterEach(() => {
  kiosk.kill();
  world.remove();
});

const ANSWER = (answer: string) => done({ answer });

async function verify(signal = new AbortController().signal) {
  const verifying = ports.verifyFinger(
    { run: RUN, finger: "left-thumb" },
    { signal, onProgress: (each) => void progress.push(each) },
  );
  await clock.advance(0);
  return { verifying };
}

/** Everything on the kiosk's disk. */
const disk = () =>
  readdirSync(world.directory)
    .map((name) => readFileSync(join(world.directory, name), "latin1"))
    .join("");
const destroyed = () => sensor.handedOut.every((bytes) => bytes.every((byte) => byte === 0));

describe("a finger", () => {
  test.each(["match", "no-match", "not-known"])("is read, compared and answered: %s", async (answer) => {
    answers = [ANSWER(answer)];
    const { verifying } = await verify();
    sensor.lay({ owner: RUN, quality: 80 });
    expect(await verifying).toEqual({ outcome: "ok", value: answer });
    const template = Buffer.from(syntheticTemplate(RUN)).toString("base64");
    expect(asked).toEqual([
      { operation: "identity.fingerprint.verify", input: { run: RUN, finger: "left-thumb", template } },
    ]);
    expect(progress.map(({ feedback }) => feedback)).toEqual([
      ...["present-subject", "subject-detected", "remove-subject", "comparing"],
    ]);
  });

  test("exists no longer than the gateway needs, and is on no disk", async () => {
    const { promise, resolve } = Promise.withResolvers<Outcome<Json>>();
    answers = [promise];
    const { verifying } = await verify();
    sensor.lay({ owner: RUN, quality: 20 });
    sensor.lift();
    sensor.lay({ owner: RUN, quality: 80 });
    await clock.advance(0);
    expect(sensor.handedOut.map((bytes) => bytes.some((byte) => byte !== 0))).toEqual([false, true]);
    resolve(ANSWER("match"));
    await verifying;
    expect(destroyed()).toBe(true);
    const kept = disk();
    expect(kept).toContain("verify-finger");
    const template = Buffer.from(syntheticTemplate(RUN));
    for (const trace of [RUN.slice(0, 8), template.toString("base64").slice(8, 40), template.toString("latin1", 8, 40)])
      expect(kept).not.toContain(trace);
  });

  test("of which nobody says whose it is ends as such, and is destroyed", async () => {
    for (const answer of [failed(coded("institution.failing")), failed(coded("gateway.unknown-operation")), done({})]) {
      answers = [answer];
      const { verifying } = await verify();
      sensor.lay({ owner: RUN, quality: 80 });
      expect(await verifying).toMatchObject({ outcome: "error", error: { code: "fingerprint.unavailable" } });
      sensor.lift();
    }
    expect(destroyed()).toBe(true);
  });

  test("that is never read well ends without anybody being asked", async () => {
    const { verifying } = await verify();
    for (let time = 0; time < 3; time++) {
      sensor.lay({ quality: 10, problem: "too-wet" });
      sensor.lift();
    }
    expect(await verifying).toMatchObject({ outcome: "error", error: { code: "fingerprint-reader.low-quality" } });
    expect(progress).toContainEqual({ feedback: "problem", problem: "too-wet" });
    expect(asked).toEqual([]);
  });
});

describe("a reader", () => {
  test("that is away is told at once", async () => {
    sensor.unplug();
    await clock.advance(0);
    const { verifying } = await verify();
    expect(await verifying).toMatchObject({ outcome: "error", error: { code: "runtime.no-device" } });
  });

  test("that is unplugged while a finger is awaited ends the wait", async () => {
    const { verifying } = await verify();
    sensor.unplug();
    expect(await verifying).toMatchObject({ outcome: "error", error: { code: "link.lost" } });
  });

  test("on which nobody lays a finger is given up after five minutes", async () => {
    const { verifying } = await verify();
    await clock.advance(300_000);
    expect(await verifying).toMatchObject({ outcome: "error", error: { code: "common.deadline" } });
  });

  test("is free for the next finger right after a page was left, which is told nothing more", async () => {
    const leaving = new AbortController();
    const { verifying: left } = await verify(leaving.signal);
    leaving.abort();
    progress = [];
    answers = [ANSWER("match")];
    const { verifying: next } = await verify();
    expect(await left).toMatchObject({ outcome: "error", error: { code: "common.cancelled" } });
    sensor.lay({ owner: RUN, quality: 80 });
    expect(await next).toEqual({ outcome: "ok", value: "match" });
    expect(progress.at(0)).toEqual({ feedback: "present-subject" });
  });

  test("lets go when the journey ends, and what it brings then is nobody's", async () => {
    const { promise, resolve } = Promise.withResolvers<Outcome<Json>>();
    answers = [promise];
    const { verifying } = await verify();
    sensor.lay({ owner: RUN, quality: 80 });
    await clock.advance(0);
    await ports.settle("abandoned");
    resolve(ANSWER("match"));
    expect(await verifying).toMatchObject({ outcome: "error", error: { code: "common.cancelled" } });
    await clock.advance(0);
    expect(destroyed()).toBe(true);
    expect(sensor.looking).toBe(false);
  });
});
