import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { silentLogger } from "../../base/log.ts";
import { systemClock } from "../../base/node/system-clock.ts";
import {
  createReceiptPrinterSimulator,
  type ReceiptPrinterSimulator,
} from "../../simulators/receipt-printer/simulator.ts";
import { PtyWire } from "../../simulators/wire/pty.ts";
import { serialChannel } from "../transport/serial.ts";
import { LONG, SHORT } from "./contract.ts";
import { createReceiptPrinter } from "./driver.ts";
import type { ReceiptPrinter } from "./interface.ts";
import { CUSTOM_VKP80, EPSON_TM, type PrinterProfile } from "./profile.ts";

const BAUD = 38_400;
let directory: string;
let printer: ReceiptPrinter;
let simulator: ReceiptPrinterSimulator;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "printer-"));
});

afterEach(async () => {
  await printer.stop();
  await simulator.stop();
});

async function connect(profile: PrinterProfile) {
  const path = join(directory, "printer");
  simulator = createReceiptPrinterSimulator({ id: "p", model: profile.model, path, clock: systemClock, paced: BAUD });
  await simulator.start();
  printer = createReceiptPrinter({
    id: "p",
    profile,
    open: serialChannel({ path, baudRate: BAUD }, systemClock),
    clock: systemClock,
    random: Math.random,
    log: silentLogger,
    lineRate: BAUD,
  });
  printer.start();
  await expect.poll(() => printer.status.value.readiness).toBe("ready");
}

for (const profile of [EPSON_TM, CUSTOM_VKP80])
  test(`a ticket crosses a real pty and is confirmed (${profile.model})`, async () => {
    await connect(profile);
    expect(await printer.print(SHORT)).toMatchObject({ outcome: "ok", value: { printed: 1, confirmed: true } });
    expect(simulator.tickets.map(({ text }) => text.trim())).toEqual(["Atención N° 12: ¿señora Núñez?"]);
  });

test("unplugged in the middle on a real pty: unknown; replugged, back in service within a second", async () => {
  await connect(EPSON_TM);
  const job = printer.print(LONG);
  await expect.poll(() => simulator.machine.unfinished).toBeDefined();
  simulator.unplug();
  expect(await job).toMatchObject({ outcome: "unknown", error: { code: "link.lost" } });
  await expect.poll(() => printer.status.value.link).toBe("absent");
  simulator.plug();
  const pluggedAt = systemClock.monotonic();
  await expect.poll(() => printer.status.value.readiness, { interval: 10 }).toBe("ready");
  expect(systemClock.monotonic() - pluggedAt).toBeLessThan(1_000);
});

test("a printer that answers only the request it finds in its input is served by any byte-level peer", async () => {
  const wire = new PtyWire(join(directory, "peer"));
  let paper = "";
  wire.plug();
  wire.onBytes((bytes) => {
    paper += Buffer.from(bytes).toString("latin1");
    for (const [index, byte] of bytes.entries())
      if (byte === 0x10 && bytes[index + 1] === 0x04) void wire.write(Uint8Array.of(0x12));
  });
  await connect(EPSON_TM);
  const peer = createReceiptPrinter({
    id: "peer",
    profile: EPSON_TM,
    open: serialChannel({ path: wire.path, baudRate: BAUD }, systemClock),
    clock: systemClock,
    random: Math.random,
    log: silentLogger,
  });
  peer.start();
  expect(await peer.print(SHORT)).toMatchObject({ outcome: "ok", value: { printed: 1, confirmed: false } });
  expect(paper).toContain("se\u00f1ora N\u00fa\u00f1ez");
  await peer.stop();
  wire.unplug();
});
