import fc from "fast-check";
import { expect, test } from "vitest";
import { fromLatin1, toLatin1 } from "../../../base/bytes/bytes.ts";
import { HidPosAssembly, type HidPosQuirks, HONEYWELL_QUIRKS, hidPosReports, STANDARD_QUIRKS } from "./report.ts";

const quirks: fc.Arbitrary<HidPosQuirks> = fc.record({
  reportIdIncluded: fc.boolean(),
  shift: fc.constantFrom(0 as const, 1 as const),
  usagePages: fc.constant([0x8c]),
});

function assemble(reports: readonly Uint8Array[], assembly = new HidPosAssembly(STANDARD_QUIRKS, 4_296)): string[] {
  return reports.flatMap((report) => assembly.push(report) ?? []).map(({ aim, data }) => aim + fromLatin1(data));
}

test("a report is laid out as the HID POS usage tables say", () => {
  const [report] = hidPosReports({ aim: "]Q1", data: toLatin1("abc") });
  expect(report).toHaveLength(64);
  expect([...(report ?? [])].slice(0, 9)).toEqual([2, 3, 0x5d, 0x51, 0x31, 0x61, 0x62, 0x63, 0]);
});

test("a code of more than 56 bytes comes in several reports and is put together", () => {
  const data = "x".repeat(57) + "y".repeat(100);
  const reports = hidPosReports({ aim: "]Q1", data: toLatin1(data) });
  expect(reports).toHaveLength(3);
  expect(assemble(reports)).toEqual([`]Q1${data}`]);
});

test("every code survives, whatever the quirks of the device, less one CR at its end", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), quirks, (data, deviceQuirks) => {
      const [scanned] = hidPosReports({ aim: "]C0", data }, deviceQuirks).flatMap(
        (
          (assembly) => (report: Uint8Array) =>
            assembly.push(report) ?? []
        )(new HidPosAssembly(deviceQuirks, 4_296)),
      );
      expect(scanned?.aim).toBe("]C0");
      expect(scanned?.data).toEqual(data.at(-1) === 13 ? data.slice(0, -1) : data);
    }),
  );
});

test("a Honeywell scanner is switched to HID POS by a feature report and then keeps to the standard", () => {
  expect(HONEYWELL_QUIRKS).toEqual({ ...STANDARD_QUIRKS, enable: [254, 1] });
  const reports = hidPosReports({ aim: "]Q1", data: toLatin1("abc") }, HONEYWELL_QUIRKS);
  expect(assemble(reports)).toEqual(["]Q1abc"]);
});

test("only one CR at the end is the scanner's suffix", () => {
  const reports = hidPosReports({ aim: "]Q1", data: toLatin1("a\rb\r\r") });
  expect(assemble(reports)).toEqual(["]Q1a\rb\r"]);
});

test("foreign, cut and impossible reports are counted and do not disturb a code", () => {
  const assembly = new HidPosAssembly(STANDARD_QUIRKS, 4_296);
  const [first, second] = hidPosReports({ aim: "]Q1", data: toLatin1("z".repeat(60)) });
  const impossible = Uint8Array.from(first ?? []).with(1, 57);
  const foreign = Uint8Array.from(first ?? []).with(0, 9);
  const cut = first?.subarray(0, 20);
  const reports = [foreign, cut, first, impossible, foreign, second, new Uint8Array()].flatMap(
    (report) => report ?? [],
  );
  expect(assemble(reports, assembly)).toEqual([`]Q1${"z".repeat(60)}`]);
  expect(assembly.counts).toEqual({ foreign: 3, malformed: 2, overlong: 0 });
});

test("a code without end is dropped, counted once, and the next code is whole", () => {
  const assembly = new HidPosAssembly(STANDARD_QUIRKS, 100);
  const endless = hidPosReports({ aim: "]Q1", data: toLatin1("e".repeat(500)) });
  const next = hidPosReports({ aim: "]Q1", data: toLatin1("next") });
  expect(assemble([...endless, ...next], assembly)).toEqual(["]Q1next"]);
  expect(assembly.counts.overlong).toBe(1);
});

test("arbitrary reports never throw", () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 70 })), quirks, (reports, deviceQuirks) => {
      const assembly = new HidPosAssembly(deviceQuirks, 200);
      for (const report of reports) assembly.push(report);
    }),
  );
});

test("a device that promises more for ever and sends nothing keeps no memory, and is counted once", () => {
  const assembly = new HidPosAssembly(STANDARD_QUIRKS, 4_296);
  const [empty] = hidPosReports({ aim: "]Q1", data: new Uint8Array() });
  const promise = Uint8Array.from(empty ?? []).with(63, 1);
  for (let report = 0; report < 100_000; report++) expect(assembly.push(promise)).toBeUndefined();
  expect(assembly.counts).toEqual({ foreign: 0, malformed: 0, overlong: 1 });
  const next = hidPosReports({ aim: "]Q1", data: toLatin1("next") });
  expect(assemble([...(empty === undefined ? [] : [empty]), ...next], assembly)).toEqual(["]Q1next"]);
});
