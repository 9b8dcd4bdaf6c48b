import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { toLatin1 } from "../../../base/bytes/bytes.ts";
import { type Clock, SimulatedClock } from "../../../base/clock.ts";
import { silentLogger } from "../../../base/log.ts";
import { systemClock } from "../../../base/node/system-clock.ts";
import { MemoryHid } from "../../../simulators/wire/memory-hid.ts";
import { codeReaderContract } from "../contract.suite.ts";
import { SerialScanner } from "../serial-scanner/driver.ts";
import { hidPosChannel, openHidPos } from "./channel.ts";
import { type HidPosQuirks, HONEYWELL_QUIRKS, hidPosReports, STANDARD_QUIRKS } from "./report.ts";

const HID_POS = 0x8c;

describe("contract, on a HID POS scanner", () => {
  codeReaderContract({ model: "hid-pos", transport: "memory" }, async () => {
    const hid = new MemoryHid({ usagePage: HID_POS });
    const reader = makeReader(hid, systemClock);
    return {
      reader,
      dropped: () => reader.dropped,
      scan: async (...lines) => {
        for (const report of hidPosReports({ aim: "]Q1", data: toLatin1(lines.join("\r")) })) hid.send(report);
      },
      unplug: () => hid.unplug(),
      plug: () => hid.plug(),
      end: async () => {},
    };
  });
});

function makeReader(hid: MemoryHid, clock: Clock, quirks: HidPosQuirks = STANDARD_QUIRKS): SerialScanner {
  return new SerialScanner({
    ...{ id: "reader", model: "hid-pos", clock, random: () => 0.5, log: silentLogger },
    open: openHidPos(hid.open, quirks),
  });
}

async function bench(quirks: HidPosQuirks = STANDARD_QUIRKS) {
  const clock = new SimulatedClock();
  const hid = new MemoryHid({ usagePage: HID_POS });
  const reader = makeReader(hid, clock, quirks);
  reader.start();
  await clock.advance(0);
  const scan = (text: string) => {
    for (const report of hidPosReports({ aim: "]Q1", data: toLatin1(text) }, quirks)) hid.send(report);
  };
  const conditions = () => reader.status.value.conditions.map(({ code }) => code);
  return { clock, hid, reader, scan, conditions };
}

test("nothing can be written to a HID POS scanner", async () => {
  const { hid } = await bench();
  const opened = await new MemoryHid({}).open(new AbortController().signal);
  if (!opened.ok) throw new Error(opened.error.message);
  const channel = hidPosChannel(opened.value, STANDARD_QUIRKS);
  expect(await channel.write(Uint8Array.of(1))).toMatchObject({ ok: false, error: { code: "link.write-failed" } });
  expect(hid.received).toEqual([]);
});

test("a Honeywell scanner is switched on again each time that it is plugged in", async () => {
  const { clock, hid } = await bench(HONEYWELL_QUIRKS);
  expect(hid.received).toEqual([{ type: "feature", report: Uint8Array.of(254, 1) }]);
  hid.unplug();
  hid.plug();
  await clock.advance(1_000);
  expect(hid.received).toHaveLength(2);
});

test("an interface of another usage page is refused, and the reader says what stands there", async () => {
  const clock = new SimulatedClock();
  const hid = new MemoryHid({ usagePage: 0xff8c });
  const reader = makeReader(hid, clock);
  reader.start();
  const reading = reader.read();
  await clock.advance(2_000);
  expect(await reading).toMatchObject({
    outcome: "error",
    error: { code: "link.refused", message: expect.stringContaining("usage page FF8C, a scanner of 8C") },
  });
  expect(hid.received).toEqual([]);
});

test("what no scanner sends is told as garbled until the next code, once however much comes", async () => {
  const { hid, reader, scan, conditions } = await bench();
  const [report] = hidPosReports({ aim: "]Q1", data: toLatin1("x".repeat(56)) });
  const whole = report ?? new Uint8Array();
  const hostile: readonly Uint8Array[] = [
    whole.with(1, 255),
    whole.subarray(0, 10),
    ...Array.from({ length: 500 }, () => whole.with(63, 1)),
    ...Array.from({ length: 500 }, (_, at) => Uint8Array.of(3 + (at % 250), 1, 2)),
    new Uint8Array(),
    whole.with(63, 0),
  ];
  for (const one of hostile) hid.send(one);
  expect(conditions()).toEqual(["garbled"]);
  const dropped = reader.dropped;
  expect(dropped).toBeLessThan(5);
  const reading = reader.read();
  scan("https://example.org/");
  expect(await reading).toMatchObject({ outcome: "ok", value: { kind: "url" } });
  expect(conditions()).toEqual([]);
});

test("another device's reports, one after the other, are told as garbled; a few between codes are not", async () => {
  const { hid, scan, conditions } = await bench();
  for (let report = 0; report < 10; report++) hid.send(Uint8Array.of(7, 1));
  scan("code");
  expect(conditions()).toEqual([]);
  for (let report = 0; report < 60; report++) hid.send(Uint8Array.of(7, 1));
  expect(conditions()).toEqual(["garbled"]);
});

test("arbitrary reports, however many, never stop a reader from reading the next code", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 70 }), { maxLength: 30 }), async (reports) => {
      const { hid, reader, scan } = await bench();
      for (const report of reports) hid.send(report);
      // A code under way may have swallowed the first.
      scan("https://example.org/first");
      const reading = reader.read();
      scan("https://example.org/second");
      expect(await reading).toMatchObject({ outcome: "ok", value: { kind: "url", url: "https://example.org/second" } });
    }),
    { numRuns: 200 },
  );
});
