import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, expect, test } from "vitest";
import { systemClock } from "../../base/node/system-clock.ts";
import { createDocumentScannerSimulator } from "../../simulators/document-scanner/simulator.ts";
import { createFingerprintReaderSimulator } from "../../simulators/fingerprint-reader/simulator.ts";
import { createIoBoardSimulator } from "../../simulators/io-board/simulator.ts";
import { SIMULATED_WIRING } from "../../simulators/io-board/wiring.ts";
import { createKeypadSimulator } from "../../simulators/keypad/simulator.ts";
import type { Json, SimulatedDevice } from "../../simulators/operator.ts";
import { createPagePrinterSimulator } from "../../simulators/page-printer/simulator.ts";
import { createUpsSimulator } from "../../simulators/ups/simulator.ts";
import { loadKind } from "./kinds.ts";
import { runCli } from "./run.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "proofs-"));
});

type Event = { readonly ask?: string; readonly feedback?: string; readonly light?: string; readonly colour?: string };
/** What a hand does when it is asked for something, by what is asked. */
type Hand = { readonly [ask: string]: () => unknown };

/** An assembly check with somebody at the device. */
async function check(device: SimulatedDevice, hand: Hand, ...options: string[]) {
  await device.start();
  const events: Event[] = [];
  let outcome: unknown;
  const args = [device.kind, "bench-check", "--port", device.port, "--timeout", "60", ...options, "--json"];
  const status = await runCli(args, {
    ...{ kinds: [], loadKind, clock: systemClock, onStop: () => {}, complain: () => {} },
    out: (text) => {
      const line = JSON.parse(text);
      outcome = line;
      if (line.event === undefined) return;
      events.push(line.event);
      const work = hand[line.event.ask ?? line.event.feedback ?? ""];
      if (work !== undefined) setImmediate(work);
    },
  });
  await device.stop();
  return { status, outcome, events };
}

const act = (device: SimulatedDevice, action: string, parameters: { readonly [name: string]: Json } = {}) =>
  device.actions[action]?.run(parameters);
const passed = (detail: string | RegExp) => ({
  status: 0,
  outcome: {
    outcome: "ok",
    result: { verdict: "pass", checks: expect.arrayContaining([proof("pass", detail)]) },
  },
});
const proof = (verdict: string, detail: string | RegExp) => ({
  check: "proof",
  verdict,
  detail: typeof detail === "string" ? detail : expect.stringMatching(detail),
});

test("a keypad is proved by a key", async () => {
  const keypad = createKeypadSimulator({ id: "d", path: join(folder, "port") });
  const options = ["--model", "generic-numbered", "--keys", "select=keyboard:6c"];
  const found = await check(keypad, { "press-key": () => act(keypad, "press", { key: "select" }) }, ...options);
  expect(found).toMatchObject(passed("key select"));
});

test("a UPS is proved by a plug that is pulled and put back", async () => {
  const ups = createUpsSimulator({ id: "d" });
  const hand = { "pull-mains-plug": () => act(ups, "mains-off"), "put-mains-plug": () => act(ups, "mains-on") };
  expect(await check(ups, hand)).toMatchObject(passed("carried the load; battery 60 %"));
});

test("a fingerprint reader is proved by a finger, of which only the quality is told", async () => {
  const reader = createFingerprintReaderSimulator({ id: "d", path: join(folder, "port") });
  const found = await check(reader, { "present-subject": () => act(reader, "lay", { quality: 33 }) });
  expect(found).toMatchObject(passed("a finger of quality 33"));
});

test("a document scanner is proved by a paper, of which only the measure is told", async () => {
  const scanner = createDocumentScannerSimulator({ id: "d", clock: systemClock, scanTime: 50 });
  scanner.nature = { ...scanner.nature, platen: false };
  const found = await check(scanner, { "insert-media": () => act(scanner, "load") });
  expect(found).toMatchObject(passed("a page of 1700 by 2598 pixels"));
});

test("an I/O board shows each of its lights", async () => {
  const wiring = join(folder, "wiring.json");
  writeFileSync(wiring, JSON.stringify(SIMULATED_WIRING));
  const found = await check(createIoBoardSimulator({ id: "d", path: join(folder, "port") }), {}, "--wiring", wiring);
  expect(found).toMatchObject(passed("2 lights were shown"));
  expect(found.events.flatMap(({ light, colour }) => (light === undefined ? [] : [`${light} ${colour}`]))).toEqual([
    ...["status red", "status green", "reader white"],
  ]);
});

test("a page printer prints one page, and none where that was asked", async () => {
  const printer = createPagePrinterSimulator({ id: "d", clock: systemClock, pageTime: 50 });
  expect(await check(printer, {}, "--no-paper")).toMatchObject({ status: 0, outcome: { result: { verdict: "pass" } } });
  expect(printer.engine.jobs).toHaveLength(0);
  expect(await check(printer, {})).toMatchObject(passed("printed, and the printer said so"));
});
