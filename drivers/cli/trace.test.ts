import { mkdtempSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, expect, test } from "vitest";
import { systemClock } from "../../base/node/system-clock.ts";
import { createCodeReaderSimulator } from "../../simulators/code-reader/simulator.ts";
import type { SimulatedDevice } from "../../simulators/operator.ts";
import { createPagePrinterSimulator } from "../../simulators/page-printer/simulator.ts";
import { createPaymentTerminalSimulator } from "../../simulators/payment-terminal/device.ts";
import { createReceiptPrinterSimulator } from "../../simulators/receipt-printer/simulator.ts";
import { loadKind } from "./kinds.ts";
import { testPage } from "./page-printer-test-page.ts";
import { runCli } from "./run.ts";

let folder: string;
let port: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "trace-"));
  port = join(folder, "port");
  file = join(folder, "trace.jsonl");
});

type Line = { readonly type: string; readonly event?: Record<string, unknown>; readonly [field: string]: unknown };

/** One command line as `main.ts` runs it. */
async function cli(args: readonly string[], onEvent: (event: Record<string, unknown>) => void = () => {}) {
  const lines: Line[] = [];
  let complaint = "";
  const status = await runCli([...args, "--json"], {
    kinds: [],
    loadKind,
    clock: systemClock,
    out: (text) => {
      for (const line of text.trim().split("\n")) {
        const parsed: Line = JSON.parse(line);
        lines.push(parsed);
        if (parsed.event !== undefined) onEvent(parsed.event);
      }
    },
    complain: (text) => {
      complaint += text;
    },
    onStop: () => {},
  });
  return { status, complaint, lines, outcome: lines.at(-1) };
}

async function withSimulator<T>(device: SimulatedDevice, work: () => Promise<T>): Promise<T> {
  await device.start();
  try {
    return await work();
  } finally {
    await device.stop();
  }
}

/** A card under the reader as soon as it is connected. */
async function readCard(...options: string[]) {
  const reader = createCodeReaderSimulator({ id: "reader", path: port });
  return await withSimulator(reader, () =>
    cli(["code-reader", "read", "--port", port, "--trace", file, "--timeout", "20", ...options], ({ link }) => {
      if (link === "connected") void reader.actions["present-card"]?.run({ run: "12345678-5" });
    }),
  );
}

test("a sale is recorded without its card, for the owner only, and replayed without the terminal, in a moment", async () => {
  const terminal = createPaymentTerminalSimulator({
    ...{ id: "terminal", model: "transbank-autoservicio", path: port, clock: systemClock },
    settings: { thinking: 1, pin: 5, bank: 1_500, boot: 50 },
  });
  const sold = await withSimulator(terminal, async () => {
    terminal.terminal.insertCard({ kind: "debit", last4: "4242", brand: "DB" });
    const sale = ["sale", "--amount", "1500", "--ticket", "A1", "--voucher", "--port", port, "--trace", file];
    return await cli(["payment-terminal", ...sale]);
  });
  expect(sold).toMatchObject({ status: 0, outcome: { result: { status: "approved", last4: "4242" } } });
  expect(sold.lines.at(-2)).toMatchObject({
    event: { event: "trace", content: "masked", connections: 1, state: "recording" },
  });
  expect(statSync(file).mode & 0o777).toBe(0o600);
  const hexes = [...readFileSync(file, "utf8").matchAll(/"hex":"([0-9a-f]+)"/g)].map(([, hex = ""]) => hex).join("");
  expect(hexes).not.toContain(Buffer.from("4242").toString("hex"));

  const began = systemClock.monotonic();
  const replayed = await cli(["replay", file]);
  expect(replayed).toMatchObject({
    status: 0,
    outcome: { outcome: "ok", result: { status: "approved", amount: 1500, ticket: "A1", last4: "0000" } },
  });
  expect(replayed.lines.filter(({ event }) => event?.event === "prompt")).toEqual(
    sold.lines.filter(({ event }) => event?.event === "prompt"),
  );
  expect(systemClock.monotonic() - began).toBeLessThan(1_500);
});

test("a terminal that says something else than the recorded one: the driver's first other byte is named", async () => {
  const terminal = createPaymentTerminalSimulator({
    ...{ id: "terminal", model: "transbank-autoservicio", path: port, clock: systemClock },
  });
  await withSimulator(terminal, () => cli(["payment-terminal", "poll", "--port", port, "--trace", file]));
  writeFileSync(file, readFileSync(file, "utf8").replace('"hex":"02303130300302"', '"hex":"02303130310303"'));
  expect(await cli(["replay", file])).toMatchObject({
    status: 1,
    outcome: {
      outcome: "error",
      error: {
        code: "trace.differs",
        message: expect.stringContaining("write 1, byte 5 (byte 5 of all that the driver sends): recorded 31, sent 30"),
      },
    },
  });
});

test("a printed text is not in the trace; a replay asks for it and takes any of the same shape", async () => {
  const printer = createReceiptPrinterSimulator({ id: "p", model: "epson-tm", path: port, clock: systemClock });
  const print = ["receipt-printer", "print", "--port", port, "--trace", file];
  const printed = await withSimulator(printer, () => cli([...print, "--text", "Rosa Núñez 12.345.678-5"]));
  expect(printed).toMatchObject({ status: 0, outcome: { result: { printed: 1, confirmed: true } } });
  expect(readFileSync(file, "utf8")).not.toMatch(/Rosa|526f7361|3132/);
  expect(await cli(["replay", file])).toMatchObject({ status: 64, complaint: expect.stringContaining("--text") });
  expect(await cli(["replay", file, "--text", "Juan Péáez 98.765.432-1"])).toMatchObject({
    status: 0,
    outcome: { outcome: "ok", result: { printed: 1, confirmed: true } },
  });
  expect(await cli(["replay", file, "--text", "Juan"])).toMatchObject({
    status: 1,
    outcome: { error: { code: "trace.differs" } },
  });
});

test("a printed certificate is not in the trace; a replay asks for one and takes any of the same length", async () => {
  const printer = createPagePrinterSimulator({ id: "p", clock: systemClock, pageTime: 50 });
  const pdf = join(folder, "certificate.pdf");
  writeFileSync(pdf, testPage());
  const print = ["page-printer", "print", "--trace", file, "--raw", "--file", pdf];
  const printed = await withSimulator(printer, () => cli([...print, "--port", printer.port]));
  expect(printed).toMatchObject({ status: 0, outcome: { result: { printed: 1, confirmed: true } } });
  expect(readFileSync(file, "utf8")).not.toContain(Buffer.from("%PDF").toString("hex"));
  expect((await cli(["replay", file])).outcome).toEqual(printed.outcome);
  const other = join(folder, "other.pdf");
  writeFileSync(other, `${Buffer.from(testPage()).toString("latin1")}\n`);
  expect(await cli(["replay", file, "--file", other])).toMatchObject({
    status: 1,
    outcome: { error: { code: "trace.differs" } },
  });
});

test("a masked code is replayed as a text of its shape; a raw one says who was read", async () => {
  expect(await readCard()).toMatchObject({ status: 0, outcome: { result: { run: "12345678-5" } } });
  expect((await cli(["replay", file])).outcome).toMatchObject({ outcome: "ok", result: { kind: "text" } });
  file = join(folder, "raw.jsonl");
  await readCard("--raw");
  expect((await cli(["replay", file])).outcome).toMatchObject({
    outcome: "ok",
    result: { kind: "cedula", run: "12345678-5" },
  });
});

test("a command that was recorded until its time-out ends so again, without the time", async () => {
  const reader = createCodeReaderSimulator({ id: "reader", path: port });
  const read = ["code-reader", "read", "--port", port, "--trace", file, "--timeout", "1"];
  const first = await withSimulator(reader, () => cli(read));
  expect(first.outcome).toMatchObject({ outcome: "error", error: { code: "common.deadline" } });
  expect((await cli(["replay", file])).outcome).toEqual(first.outcome);
});

test("a device's assembly check passes and is replayed", async () => {
  const printer = createReceiptPrinterSimulator({ id: "p", model: "custom-vkp80", path: port, clock: systemClock });
  const check = ["receipt-printer", "bench-check", "--model", "custom-vkp80", "--no-paper", "--port", port];
  const checked = await withSimulator(printer, () => cli([...check, "--trace", file]));
  expect(checked).toMatchObject({ status: 0, outcome: { result: { verdict: "pass" } } });
  expect(printer.tickets).toEqual([]);
  expect(await cli(["replay", file])).toMatchObject({ status: 0, outcome: { result: { verdict: "pass" } } });
});

test("a trace is never written over another file", async () => {
  writeFileSync(file, "precious");
  const run = await cli(["payment-terminal", "poll", "--port", port, "--trace", file]);
  expect(run).toMatchObject({ status: 64, complaint: expect.stringContaining("EEXIST") });
  expect(readFileSync(file, "utf8")).toBe("precious");
});

test.each([
  [["payment-terminal", "poll", "--port", "p", "--raw"], "there is no --trace"],
  [["replay"], "needs a trace file"],
  [["replay", "/nowhere/t.jsonl"], "ENOENT"],
])("bad usage is status 64: %j", async (args, words) => {
  expect(await cli(args)).toMatchObject({ status: 64, complaint: expect.stringContaining(words) });
});

test("a file that is no trace, and a trace that holds no command, are refused", async () => {
  writeFileSync(file, "no trace\n");
  expect(await cli(["replay", file])).toMatchObject({ status: 1, outcome: { error: { code: "trace.unreadable" } } });
  const kept = join(import.meta.dirname, "../receipt-printer/traces/epson-tm-ticket.jsonl");
  expect(await cli(["replay", kept])).toMatchObject({
    status: 64,
    complaint: expect.stringContaining("recorded by a program"),
  });
});
