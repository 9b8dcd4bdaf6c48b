import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { systemClock } from "../../base/node/system-clock.ts";
import {
  createReceiptPrinterSimulator,
  type ReceiptPrinterSimulator,
} from "../../simulators/receipt-printer/simulator.ts";
import type { CliOutcome } from "./kind.ts";
import { receiptPrinterCli } from "./receipt-printer.ts";

let directory: string;
let simulator: ReceiptPrinterSimulator | undefined;
let events: Record<string, unknown>[];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "printer-cli-"));
  events = [];
});

afterEach(async () => {
  await simulator?.stop();
  simulator = undefined;
});

async function simulate(model: string): Promise<ReceiptPrinterSimulator> {
  simulator = createReceiptPrinterSimulator({ id: "p", model, path: join(directory, "port"), clock: systemClock });
  await simulator.start();
  return simulator;
}

function run(model: string, command: string, options: Record<string, string | boolean> = {}): Promise<CliOutcome> {
  const found = receiptPrinterCli.commands[command];
  if (found === undefined) throw new Error(`no command ${command}`);
  const signal = new AbortController().signal;
  const port = join(directory, "port");
  return found.run({ model, port, options, signal, event: (event) => events.push(event) });
}

test("print --text prints one ticket and tells of its progress", async () => {
  const printer = await simulate("epson-tm");
  expect(await run("epson-tm", "print", { text: "Año nuevo" })).toEqual({
    outcome: "ok",
    result: { printed: 1, confirmed: true },
  });
  expect(printer.tickets.map(({ text }) => text.trim())).toEqual(["Año nuevo"]);
  expect(events).toEqual([
    { event: "progress", progress: "sent" },
    { event: "progress", progress: "printed" },
  ]);
});

test("print --file takes a ticket as JSON, and the presenter's end is in the result", async () => {
  const printer = await simulate("custom-vkp80");
  const file = join(directory, "ticket.json");
  writeFileSync(file, JSON.stringify({ blocks: [{ type: "pair", label: "Total", value: "$ 1.500" }] }));
  expect(await run("custom-vkp80", "print", { file })).toEqual({
    outcome: "ok",
    result: { printed: 1, confirmed: true, presented: "waiting" },
  });
  expect(printer.inMouth?.text).toContain("$ 1.500");
});

test("status of a printer with an open cover is ok: the command did what was asked", async () => {
  const printer = await simulate("epson-tm");
  printer.set({ coverOpen: true });
  expect(await run("epson-tm", "status")).toMatchObject({
    outcome: "ok",
    result: { link: "connected", readiness: "unavailable", conditions: [{ code: "cover-open", who: "attendant" }] },
  });
  expect(await run("epson-tm", "reset")).toMatchObject({ outcome: "ok" });
});

test("status of a printer that does not answer is an error that says so", async () => {
  const printer = await simulate("epson-tm");
  printer.machine.faults.noReply = true;
  expect(await run("epson-tm", "status")).toMatchObject({
    outcome: "error",
    error: { code: "printer.not-answering" },
    result: { link: "connected", conditions: [{ code: "not-answering" }] },
  });
});

test("a port that is not there is absent, and the error names it", async () => {
  expect(await run("epson-tm", "print", { text: "x" })).toMatchObject({
    outcome: "error",
    error: { code: "link.absent", message: expect.stringContaining(join(directory, "port")) },
  });
});

test("wrong options are refused before the port is opened", async () => {
  for (const options of [
    {},
    { text: "x", file: "y" },
    { file: join(directory, "none") },
    { text: "x", baud: "fast" },
    { text: "x", columns: "1" },
    { text: "x", "flow-control": "maybe" },
    { text: "x", "take-within": "soon" },
  ])
    expect(await run("epson-tm", "print", options)).toMatchObject({
      outcome: "error",
      error: { code: "common.bad-input" },
    });
});
