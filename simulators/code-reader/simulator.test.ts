import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { silentLogger } from "../../base/log.ts";
import { systemClock } from "../../base/node/system-clock.ts";
import { DEFAULT_BAUD_RATE, SerialScanner } from "../../drivers/code-reader/serial-scanner/driver.ts";
import { serialChannel } from "../../drivers/transport/serial.ts";
import { SYNTHETIC_PEOPLE } from "../people.ts";
import { CARD_VARIANTS } from "./cards.ts";
import { type CodeReaderSimulator, createCodeReaderSimulator } from "./simulator.ts";

let simulator: CodeReaderSimulator;
let reader: SerialScanner;

beforeEach(async () => {
  const path = join(mkdtempSync(join(tmpdir(), "reader-")), "port");
  simulator = createCodeReaderSimulator({ id: "reader", path, terminator: "\r\n" });
  await simulator.start();
  reader = new SerialScanner({
    id: "reader",
    open: serialChannel({ path, baudRate: DEFAULT_BAUD_RATE }, systemClock),
    clock: systemClock,
    random: () => 0.5,
    log: silentLogger,
    runPlaces: [{ issuer: "CHL", optionalData: 1 }],
  });
  reader.start();
  await expect.poll(() => reader.status.value.link).toBe("connected");
});

afterEach(async () => {
  await reader.stop();
  await simulator.stop();
});

async function readAfter(action: string, parameters: { readonly [name: string]: string } = {}) {
  const reading = reader.read({ within: 5_000 });
  await simulator.actions[action]?.run(parameters);
  return reading;
}

test("every person's card is read as what it is, by its QR and by its machine-readable zone", async () => {
  for (const { run, card, birthDate } of SYNTHETIC_PEOPLE) {
    const document = { documentNumber: card.documentNumber, birthDate, expiryDate: card.expiryDate };
    expect(await readAfter("present-card", { run })).toMatchObject({
      outcome: "ok",
      value: { kind: "cedula", run, documentType: card.type, expired: run === "7654321-6", ...document },
    });
    expect(await readAfter("scan-mrz", { run })).toMatchObject({
      outcome: "ok",
      value: { kind: "mrz", mrz: { format: "TD1", run, ...document } },
    });
  }
});

test.each([
  ["expired", { outcome: "ok", value: { kind: "cedula", expired: true } }],
  ["wrong-run-check", { outcome: "error", error: { code: "code-reader.cedula-run-check" } }],
  ["wrong-mrz-check", { outcome: "error", error: { code: "code-reader.cedula-mrz-check" } }],
  ["other-serial", { outcome: "error", error: { code: "code-reader.cedula-mismatch" } }],
  ["look-alike", { outcome: "ok", value: { kind: "url" } }],
])("a spoilt card, %s, is told apart", async (variant, outcome) => {
  for (const { run } of SYNTHETIC_PEOPLE)
    expect(await readAfter("present-card", { run, variant })).toMatchObject(outcome);
});

test("what the operator does to the reader costs no later code", async () => {
  await simulator.actions.garbage?.run({});
  await simulator.actions["half-code"]?.run({ run: "1000005-K" });
  expect(await readAfter("present-card", { run: "12345678-5" })).toMatchObject({
    outcome: "ok",
    value: { run: "12345678-5" },
  });
  await simulator.actions.unplug?.run({});
  await expect.poll(() => reader.status.value.link).toBe("absent");
  await simulator.actions.plug?.run({});
  await expect.poll(() => reader.status.value.link).toBe("connected");
  expect(await readAfter("scan-text", { text: "hola" })).toMatchObject({ outcome: "ok", value: { text: "hola" } });
  expect(simulator.state.value).toMatchObject({ plugged: true, last: "hola" });
});

test.each([
  ["present-card", { run: "9-4" }, "run: one of"],
  ["present-card", { variant: "burnt" }, `variant: one of ${CARD_VARIANTS.join(", ")}`],
  ["scan-text", {}, "text: what the code says"],
])("wrong parameters of %s are told to the operator", async (action, parameters, sentence) => {
  await expect(async () => simulator.actions[action]?.run(parameters)).rejects.toThrow(sentence);
});
