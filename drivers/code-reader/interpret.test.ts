import fc from "fast-check";
import { expect, test } from "vitest";
import { toLatin1 } from "../../base/bytes/bytes.ts";
import { makeMrz } from "../../base/icao/mrz.ts";
import type { RunPlace } from "./interface.ts";
import { interpretCode } from "./interpret.ts";

const TODAY = "2026-11-23";
const TD1 = ["I<UTOD231458907<<<<<<<<<<<<<<<", "7408122F1204159UTO<<<<<<<<<<<6", "ERIKSSON<<ANNA<MARIA<<<<<<<<<<"];
const read = (text: string) => interpretCode(toLatin1(text), TODAY);

test.each(["\r", "\r\n", "\n", ""])("a machine-readable zone with lines separated by %j is read", (separator) =>
  expect(read(TD1.join(separator))).toMatchObject({
    ok: true,
    value: {
      kind: "mrz",
      mrz: { format: "TD1", documentNumber: "D23145890", expiryDate: "2012-04-15", expired: true },
    },
  }),
);

test("a misread machine-readable zone is malformed, and the error names the element", () => {
  expect(read(TD1.join("\r").replace("740812", "740813"))).toMatchObject({
    ok: false,
    error: { code: "code-reader.mrz-check", message: expect.stringContaining("birthDate") },
  });
  expect(read(TD1.join("\r").replace("7408122F", "7408122Q"))).toMatchObject({
    ok: false,
    error: { code: "code-reader.mrz-form", message: expect.stringContaining("sex") },
  });
});

test("where an issuer writes the RUN is a setting: without it the zone has none", () => {
  const lines = makeMrz({
    format: "TD1",
    documentCode: "IN",
    issuer: "CHL",
    documentNumber: "B1C234567",
    birthDate: "1969-02-28",
    expiryDate: "2035-02-28",
    nationality: "CHL",
    sex: "M",
    surname: "IBANEZ",
    givenNames: "TOMAS",
    optionalData: ["", "11111111<1"],
  });
  const runOf = (places: readonly RunPlace[]) => {
    const result = interpretCode(toLatin1(lines.join("\r")), TODAY, places);
    return result.ok && result.value.kind === "mrz" ? result.value.mrz.run : "no zone";
  };
  expect(runOf([{ issuer: "CHL", optionalData: 1 }])).toBe("11111111-1");
  expect(runOf([])).toBeUndefined();
  expect(runOf([{ issuer: "CHL", optionalData: 0 }])).toBeUndefined();
  expect(runOf([{ issuer: "UTO", optionalData: 1 }])).toBeUndefined();
});

test.each([
  ["https://example.org/a?b=c", { kind: "url", url: "https://example.org/a?b=c" }],
  ["HTTP://EXAMPLE.ORG", { kind: "url", url: "HTTP://EXAMPLE.ORG" }],
  ["https:// nothing", { kind: "text", text: "https:// nothing" }],
  ["javascript:alert(1)", { kind: "text", text: "javascript:alert(1)" }],
  ["7801234567890", { kind: "text", text: "7801234567890" }],
  ["a\u00f1o", { kind: "text", text: "año" }],
  ["a\u00c3\u00b1o", { kind: "text", text: "año" }],
])("%j is %j", (text, reading) => expect(read(text)).toEqual({ ok: true, value: reading }));

test("arbitrary bytes always have a meaning", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      const result = interpretCode(bytes, TODAY);
      expect(result.ok ? result.value.kind : result.error.code).toEqual(expect.any(String));
    }),
  );
});

test("a cédula's address with arbitrary parameters never throws", () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 120 }), (query) => {
      const result = read(`https://portal.sidiv.registrocivil.cl/docstatus?${query}`);
      expect(result.ok && result.value.kind === "cedula").toBe(false);
    }),
  );
});
