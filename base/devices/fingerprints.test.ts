import { describe, expect, test } from "vitest";
import { FINGERPRINTS } from "./fingerprints.ts";
import { fingerprintsOf, idSerialOf, matchesFingerprint, SURE } from "./sighting.ts";

const entries = FINGERPRINTS.map((entry) => [`${entry.name} by ${JSON.stringify(entry.match)}`, entry] as const);

describe.each(entries)("%s", (_title, entry) => {
  test("has a score, a source and an example", () => {
    expect(entry.score).toBeGreaterThanOrEqual(1);
    expect(entry.score).toBeLessThanOrEqual(100);
    expect(entry.source).not.toBe("");
    expect(entry.examples).not.toEqual([]);
  });

  test("matches its examples, and no sure entry of another kind does", () => {
    for (const example of entry.examples) {
      expect(matchesFingerprint(example, entry)).toBe(true);
      const sure = fingerprintsOf(example, FINGERPRINTS).filter(({ score }) => score >= SURE);
      for (const other of sure) expect(other.kind).toBe(entry.kind ?? other.kind);
    }
  });

  test("is not sure by ids alone", () => {
    const { bus: _bus, vendor: _vendor, product: _product, ...said } = entry.match;
    if (Object.keys(said).length === 0) expect(entry.score).toBeLessThan(SURE);
    else expect(Object.values(said).every((value) => value !== "*")).toBe(true);
  });
});

test("no example of an adapter is taken for a device", () => {
  for (const { kind, examples } of FINGERPRINTS)
    if (kind === null)
      for (const example of examples)
        expect(fingerprintsOf(example, FINGERPRINTS).map((found) => found.kind)).toEqual([null]);
});

test("the most telling entry comes first", () => {
  const seen = {
    bus: "serial",
    vendor: "05f9",
    idSerial: "Datalogic_ADC__Inc._Handheld_Barcode_Scanner_S_N_1",
  } as const;
  expect(fingerprintsOf(seen, FINGERPRINTS).map(({ score }) => score)).toEqual([80, 40]);
});

test.each([
  ["/dev/serial/by-id/usb-INGENICO_Ingenico_iUP250-if00", "INGENICO_Ingenico_iUP250"],
  ["usb-1a86_USB_Serial-if00-port0", "1a86_USB_Serial"],
  ["usb-Newland_Auto-ID_NLS_IOTC_PRDsUSBVCP_XX-if02", "Newland_Auto-ID_NLS_IOTC_PRDsUSBVCP_XX"],
  ["pci-0000:00:14.0-usb-0:2:1.0", undefined],
])("%s names %s", (link, name) => {
  expect(idSerialOf(link)).toBe(name);
});

test("a pattern is not a regular expression: a dot is a dot", () => {
  const [entry] = FINGERPRINTS;
  if (entry === undefined) throw new Error("the table is empty");
  const dotted = { ...entry, match: { bus: "serial", idSerial: "A.B*" } as const };
  expect(matchesFingerprint({ bus: "serial", idSerial: "A.Bc" }, dotted)).toBe(true);
  expect(matchesFingerprint({ bus: "serial", idSerial: "AxBc" }, dotted)).toBe(false);
});
