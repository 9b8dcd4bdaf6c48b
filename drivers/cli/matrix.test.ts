import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { DEVICE_KINDS, type DeviceKind } from "../../base/contracts/device-status.ts";
import { systemClock } from "../../base/node/system-clock.ts";
import { createCodeReaderSimulator } from "../../simulators/code-reader/simulator.ts";
import { createDocumentScannerSimulator } from "../../simulators/document-scanner/simulator.ts";
import { createFingerprintReaderSimulator } from "../../simulators/fingerprint-reader/simulator.ts";
import { createIoBoardSimulator } from "../../simulators/io-board/simulator.ts";
import { SIMULATED_WIRING } from "../../simulators/io-board/wiring.ts";
import { createKeypadSimulator } from "../../simulators/keypad/simulator.ts";
import type { SimulatedDevice } from "../../simulators/operator.ts";
import { createPagePrinterSimulator } from "../../simulators/page-printer/simulator.ts";
import { createPaymentTerminalSimulator } from "../../simulators/payment-terminal/device.ts";
import { createReceiptPrinterSimulator } from "../../simulators/receipt-printer/simulator.ts";
import { createUpsSimulator } from "../../simulators/ups/simulator.ts";
import { loadKind } from "./kinds.ts";
import { runCli } from "./run.ts";

/** What every kind has, and how its device is called up for it. */
const COMMON = ["status", "watch", "reset", "bench-check"];

/** Kinds that are only listened to: all that there is to know of them is their status and what `watch` tells. */
const LISTENED_TO: { readonly [kind in DeviceKind]?: string } = {
  keypad: "keys belong to the moment: watch tells them",
  ups: "a UPS is only asked, never commanded",
};

/** Commands whose traces cannot be replayed. */
const NOT_REPLAYED: { readonly [command: string]: string } = {
  "chip-card-reader read": "secure messaging: each conversation has new keys, and what they hide is in no trace",
};

type Rig = { readonly device?: SimulatedDevice; readonly args: readonly string[] };

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "matrix-"));
  file = join(folder, "trace.jsonl");
});

const path = () => join(folder, "port");
const at = (device: SimulatedDevice, ...args: string[]): Rig => ({ device, args });

/** A simulated device of each kind. */
const RIGS: { readonly [kind in DeviceKind]: () => Rig } = {
  "payment-terminal": () =>
    at(
      createPaymentTerminalSimulator({
        ...{ id: "d", model: "transbank-autoservicio", path: path(), clock: systemClock },
      }),
    ),
  "receipt-printer": () =>
    at(createReceiptPrinterSimulator({ id: "d", model: "epson-tm", path: path(), clock: systemClock })),
  "page-printer": () => at(createPagePrinterSimulator({ id: "d", clock: systemClock, pageTime: 50 })),
  "code-reader": () => at(createCodeReaderSimulator({ id: "d", path: path() })),
  keypad: () => at(createKeypadSimulator({ id: "d", path: path() })),
  "fingerprint-reader": () => at(createFingerprintReaderSimulator({ id: "d", path: path() })),
  "document-scanner": () => at(createDocumentScannerSimulator({ id: "d", clock: systemClock, scanTime: 50 })),
  ups: () => at(createUpsSimulator({ id: "d" })),
  "io-board": () => {
    const wiring = join(folder, "wiring.json");
    // Lights are shown for a while in which the board is polled: how often depends on how busy the machine is, and a replay is not busy.
    writeFileSync(wiring, JSON.stringify({ ...SIMULATED_WIRING, lights: [] }));
    return at(createIoBoardSimulator({ id: "d", path: path() }), "--wiring", wiring);
  },
  // A reader behind PC/SC is in tests/e2e/chip-card; here there is none, which is told, recorded and replayed as well.
  "chip-card-reader": () => ({ args: ["--port", "no reader of this name"] }),
};

async function cli(...args: string[]) {
  const lines: { readonly [field: string]: unknown }[] = [];
  const status = await runCli([...args, "--json"], {
    ...{ kinds: [], loadKind, clock: systemClock, onStop: () => {} },
    out: (text) => {
      for (const line of text.trim().split("\n")) lines.push(JSON.parse(line));
    },
    complain: () => {},
  });
  return { status, lines, outcome: lines.at(-1) ?? {} };
}

/** Records a command on the simulated device, and replays it without. */
async function recordAndReplay(kind: DeviceKind, command: string, ...options: string[]) {
  const { device, args } = RIGS[kind]();
  await device?.start();
  const port = device === undefined ? [] : ["--port", device.port];
  const recorded = await cli(kind, command, ...port, ...args, ...options, "--trace", file);
  await device?.stop();
  const trace = recorded.lines
    .map(({ event }) => event)
    .find((event) => (event as { event?: string })?.event === "trace");
  return { recorded, trace, replayed: await cli("replay", file) };
}

/** Milliseconds of the calendar are as near in a replay as the machine is fast. */
function timeless(outcome: object): object {
  return JSON.parse(JSON.stringify(outcome).replace(/"since":[\d.]+/g, '"since":0'));
}

describe.each(DEVICE_KINDS)("%s", (kind) => {
  test("has its commands, and a rule of what may stand in a trace", async () => {
    const cliKind = await loadKind(kind);
    const commands = Object.keys(cliKind.commands);
    expect(commands).toEqual(expect.arrayContaining(COMMON));
    if (LISTENED_TO[kind] === undefined) expect(commands.length).toBeGreaterThan(COMMON.length);
    for (const model of cliKind.models) expect(cliKind.redaction?.(model), model).toBeTypeOf("function");
    const refused = Object.entries(cliKind.commands).flatMap(([name, { notReplayed }]) =>
      notReplayed === undefined ? [] : [`${kind} ${name}`],
    );
    expect(refused).toEqual(Object.keys(NOT_REPLAYED).filter((name) => name.startsWith(`${kind} `)));
  });

  test("a recorded status is replayed without the device", async () => {
    const { recorded, trace, replayed } = await recordAndReplay(kind, "status", "--timeout", "30");
    expect(recorded.status).toBe(kind === "chip-card-reader" ? 1 : 0);
    expect(trace).toMatchObject({ connections: 1, state: "recording" });
    expect(timeless(replayed.outcome)).toEqual(timeless(recorded.outcome));
  });

  test("a recorded assembly check is replayed without the device", async () => {
    const cliKind = await loadKind(kind);
    const known = Object.keys(cliKind.commands["bench-check"]?.options ?? {});
    const quiet = ["unattended", "no-paper"].filter((option) => known.includes(option)).map((option) => `--${option}`);
    const { recorded, replayed } = await recordAndReplay(kind, "bench-check", "--timeout", "30", ...quiet);
    expect(recorded.status).toBe(kind === "chip-card-reader" ? 1 : 0);
    expect(replayed.outcome).toEqual(recorded.outcome);
  });
});
