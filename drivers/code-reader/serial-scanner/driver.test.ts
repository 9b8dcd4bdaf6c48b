import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { toLatin1 } from "../../../base/bytes/bytes.ts";
import { SimulatedClock } from "../../../base/clock.ts";
import { createLogger, type LogRecord, silentLogger } from "../../../base/log.ts";
import { systemClock } from "../../../base/node/system-clock.ts";
import { ok } from "../../../base/result.ts";
import { createCodeReaderSimulator } from "../../../simulators/code-reader/simulator.ts";
import { MemoryWire } from "../../../simulators/wire/memory.ts";
import { hangingLine } from "../../../tests/support/hanging.ts";
import { tracedScenario } from "../../../tests/support/traced-scenario.ts";
import type { ByteChannel } from "../../transport/byte-channel.ts";
import { serialChannel } from "../../transport/serial.ts";
import { cedulaUrl } from "../cedula.ts";
import { codeReaderContract, codeReaderScenario, scanBytes } from "../contract.suite.ts";
import type { ReadOptions } from "../interface.ts";
import { DEFAULT_BAUD_RATE, SerialScanner } from "./driver.ts";

describe("contract, on a simulated serial scanner", () => {
  codeReaderContract({ model: "serial-scanner", transport: "pty" }, async () => {
    const path = join(mkdtempSync(join(tmpdir(), "scanner-")), "port");
    const simulator = createCodeReaderSimulator({ id: "reader", path });
    await simulator.start();
    const line = hangingLine(serialChannel({ path, baudRate: DEFAULT_BAUD_RATE }, systemClock));
    const reader = new SerialScanner({
      id: "reader",
      open: line.open,
      clock: systemClock,
      random: () => 0.5,
      log: silentLogger,
    });
    return {
      reader,
      dropped: () => reader.dropped,
      scan: (...lines) => simulator.send(scanBytes(lines)),
      unplug: () => void simulator.actions.unplug?.run({}),
      plug: () => void simulator.actions.plug?.run({}),
      hang: line.hang,
      end: () => simulator.stop(),
    };
  });
});

describe("contract, on a replayed trace", () => {
  tracedScenario<SerialScanner, (...lines: string[]) => Promise<void>>({
    ...{ kind: "code-reader", model: "serial-scanner" },
    file: join(import.meta.dirname, "traces", "serial-scanner-two-cards.jsonl"),
    device: ({ open, clock }) => new SerialScanner({ id: "reader", open, clock, random: () => 0.5, log: silentLogger }),
    simulate: async () => {
      const wire = new MemoryWire();
      const simulator = createCodeReaderSimulator({ id: "reader", path: "", wire });
      await simulator.start();
      return {
        open: wire.open,
        hand: (...lines) => simulator.send(scanBytes(lines)),
        stop: () => simulator.stop(),
      };
    },
    idle: async () => {},
    run: (reader, scan, clock) => codeReaderScenario(reader, { scan, advance: (time) => clock.advance(time) }),
  });
});

/** A scanner on a line that the test holds in its hand, in simulated time. */
async function bench() {
  const clock = new SimulatedClock(Date.UTC(2026, 10, 23, 15));
  const records: LogRecord[] = [];
  let present = true;
  let feed: (bytes: Uint8Array) => void = () => {};
  let hangUp: (cause: string) => void = () => {};
  const scanner = new SerialScanner({
    id: "reader",
    open: async () => {
      if (!present) return { ok: false, error: { code: "link.absent", message: "gone", who: "technician" } };
      const { promise: closed, resolve } = Promise.withResolvers<string>();
      hangUp = resolve;
      const channel: ByteChannel = {
        write: async () => ok(),
        onBytes: (listener) => {
          feed = listener;
        },
        closed,
        close: async () => resolve("closed"),
      };
      return ok(channel);
    },
    clock,
    random: () => 0,
    log: createLogger("code-reader", (record) => records.push(record)),
  });
  scanner.start();
  await clock.advance(0);
  return {
    clock,
    records,
    scanner,
    send: (text: string) => feed(toLatin1(text)),
    unplug: () => {
      present = false;
      hangUp("pulled");
    },
    read: (options?: ReadOptions) => scanner.read(options),
  };
}

const CODE = cedulaUrl({
  run: "12345678-5",
  documentNumber: "501234567",
  birthDate: "1974-08-12",
  expiryDate: "2029-08-12",
  name: "ROSA MUÑOZ",
  design: "2024",
});
const GOOD = { outcome: "ok", value: { kind: "cedula", run: "12345678-5", name: "ROSA MUÑOZ" } };

test("a code is read whole wherever its bytes are split and however long the pause", async () => {
  const { send, read, clock } = await bench();
  const line = `${CODE}\r\n`;
  for (let at = 0; at <= line.length; at++) {
    const reading = read();
    send(line.slice(0, at));
    await clock.advance(5_000);
    send(line.slice(at));
    expect(await reading).toMatchObject(GOOD);
  }
});

test.each(["\x00\xff\x1b~", "\xff\xfe\x80", "\x00".repeat(5_000)])(
  "garbage before, between and after codes costs no code, ended or not: %j",
  async (garbage) => {
    const { send, read, scanner } = await bench();
    for (const noise of [`${garbage}\r`, `\r${garbage}\r\n\r\n`, garbage.slice(0, 50)]) {
      const reading = read();
      send(`${noise}${CODE}\r${noise}`);
      expect(await reading).toMatchObject(GOOD);
    }
    const last = read();
    send(`\r${CODE}\r`);
    expect(await last).toMatchObject(GOOD);
    expect(scanner.status.value.conditions).toEqual([]);
  },
);

test("noise is never read as a text; it is told as a condition until the next code", async () => {
  const { send, read, scanner } = await bench();
  const reading = read();
  send("\x00\xff\x1b\x80A\r");
  expect(scanner.status.value.conditions).toMatchObject([{ code: "garbled" }]);
  send("text with\tTAB and \x1d GS\r");
  expect(await reading).toMatchObject({ outcome: "ok", value: { kind: "text" } });
  expect(scanner.status.value.conditions).toEqual([]);
});

test("a code that broke off before the read does not spoil the next one", async () => {
  const { send, read } = await bench();
  send(CODE.slice(0, 70));
  const reading = read();
  send(`${CODE}\r`);
  expect(await reading).toMatchObject(GOOD);
});

test("the tail of a code that was under way when the read began is not taken for a text", async () => {
  const { send, read, scanner } = await bench();
  send(CODE.slice(0, 70));
  const reading = read();
  send(`${CODE.slice(70)}\r${CODE}\r`);
  expect(await reading).toMatchObject(GOOD);
  expect(scanner.dropped).toBe(2);
});

test("a line without end is dropped and told as a condition until the next code", async () => {
  const { send, read, scanner, clock } = await bench();
  const reading = read();
  send("x".repeat(10_000));
  await clock.advance(1);
  expect(scanner.status.value.conditions).toMatchObject([{ code: "garbled", severity: "warning", who: "technician" }]);
  send(`\r${CODE}\r`);
  expect(await reading).toMatchObject(GOOD);
  expect(scanner.status.value.conditions).toEqual([]);
});

test("codes that nobody waits for are counted and dropped; of two in one chunk the first is read", async () => {
  const { send, read, scanner, records } = await bench();
  send("one\rtwo\r");
  expect(scanner.dropped).toBe(2);
  const reading = read();
  send(`${CODE}\rthree\r`);
  expect(await reading).toMatchObject(GOOD);
  expect(scanner.dropped).toBe(3);
  expect(records.filter(({ event }) => event === "code-reader.dropped")).toHaveLength(3);
});

test("a hundred thousand codes that nobody asked for fill neither memory nor log, and the next one is read", async () => {
  const { send, read, scanner, records } = await bench();
  const flood = "code\r".repeat(1_000);
  for (let times = 0; times < 100; times++) send(flood);
  expect(scanner.dropped).toBe(100_000);
  expect(records.filter(({ event }) => event === "code-reader.dropped").length).toBeLessThan(30);
  const reading = read();
  send(`${CODE}\r`);
  expect(await reading).toMatchObject(GOOD);
});

test("a read with no reader there says so after a moment, and no timer stays behind", async () => {
  const { unplug, read, scanner, clock } = await bench();
  unplug();
  await clock.advance(10);
  const reading = read();
  await clock.advance(2_000);
  expect(await reading).toMatchObject({ outcome: "error", error: { code: "link.absent" } });
  await scanner.stop();
  expect(clock.pending).toBe(0);
});

test("a read of which the caller forgot the end is ended after two minutes", async () => {
  const { read, clock } = await bench();
  const reading = read();
  await clock.advance(120_000);
  expect(await reading).toMatchObject({ outcome: "error", error: { code: "common.deadline" } });
});

test("the log says what was read and never who", async () => {
  const { send, read, records } = await bench();
  for (const code of [CODE, CODE.replace("12345678-5", "12345678-4")]) {
    const reading = read();
    send(`${code}\r`);
    await reading;
  }
  expect(records.map(({ event, fields }) => [event, fields.kind ?? fields.code ?? fields.link])).toEqual([
    ["device.link", "connected"],
    ["code-reader.read", "cedula"],
    ["code-reader.malformed", "code-reader.cedula-run-check"],
  ]);
  expect(JSON.stringify(records)).not.toMatch(/12345678|ROSA|501234567/);
});
