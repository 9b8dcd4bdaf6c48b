import fc from "fast-check";
import { expect, test } from "vitest";
import { MRZ_LAYOUTS } from "./layout.ts";
import { looksLikeMrz, type Mrz, makeMrz, parseMrz } from "./mrz.ts";

const TODAY = "2026-11-23";

/** The specimens of ICAO Doc 9303 parts 5, 6 and 4. */
const TD1 = ["I<UTOD231458907<<<<<<<<<<<<<<<", "7408122F1204159UTO<<<<<<<<<<<6", "ERIKSSON<<ANNA<MARIA<<<<<<<<<<"];
const TD2 = ["I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<", "D231458907UTO7408122F1204159<<<<<<<6"];
const TD3 = ["P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L898902C36UTO7408122F1204159ZE184226B<<<<<10"];

const ERIKSSON = {
  issuer: "UTO",
  nationality: "UTO",
  birthDate: "1974-08-12",
  expiryDate: "2012-04-15",
  sex: "F",
  surname: "ERIKSSON",
  givenNames: "ANNA MARIA",
} as const;

test.each([
  ["TD1", TD1, { documentCode: "I", documentNumber: "D23145890", optionalData: ["", ""] }],
  ["TD2", TD2, { documentCode: "I", documentNumber: "D23145890", optionalData: [""] }],
  ["TD3", TD3, { documentCode: "P", documentNumber: "L898902C3", optionalData: ["ZE184226B"] }],
] as const)("the standard's %s specimen is read and made again", (format, lines, rest) => {
  const mrz: Mrz = { format, ...ERIKSSON, ...rest };
  for (const separator of ["\r", "\n", "\r\n", ""])
    expect(parseMrz(lines.join(separator), TODAY)).toEqual({ ok: true, value: mrz });
  expect(makeMrz(mrz)).toEqual(lines);
});

test("a TD1 document number of more than nine characters goes on in the optional data", () => {
  const lines = ["I<UTOD23145890<7349<<<<<<<<<<<", "3407127M9507122UTO<<<<<<<<<<<2", "STEVENSON<<PETER<JOHN<<<<<<<<<"];
  const mrz = parseMrz(lines.join("\r"), "1990-01-01");
  expect(mrz).toMatchObject({ ok: true, value: { documentNumber: "D23145890734", optionalData: ["", ""] } });
  if (mrz.ok) expect(makeMrz(mrz.value)).toEqual(lines);
});

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const word = (alphabet: string, minLength: number, maxLength: number) =>
  fc.array(fc.constantFrom(...alphabet), { minLength, maxLength }).map((characters) => characters.join(""));
const names = fc.array(word(LETTERS, 1, 5), { minLength: 1, maxLength: 2 }).map((words) => words.join(" "));
const day = (from: string, to: string) =>
  fc
    .date({ min: new Date(from), max: new Date(to), noInvalidDate: true })
    .map((date) => date.toISOString().slice(0, 10));
const anyMrz: fc.Arbitrary<Mrz> = fc
  .record({
    format: fc.constantFrom("TD1" as const, "TD2" as const, "TD3" as const),
    second: word(LETTERS, 0, 1),
    issuer: word(LETTERS, 3, 3),
    nationality: word(LETTERS, 1, 3),
    documentNumber: word(`0123456789${LETTERS}`, 1, 12),
    birthDate: day("1927-01-01", "2020-12-31"),
    expiryDate: day("2021-01-01", "2056-11-01"),
    sex: fc.constantFrom("M" as const, "F" as const, "X" as const),
    surname: names,
    givenNames: names,
    optionalData: word(`0123456789${LETTERS}`, 0, 2),
    optionalData2: word(`0123456789${LETTERS}`, 0, 11),
  })
  .map(({ second, optionalData, optionalData2, documentNumber, ...rest }) => ({
    ...rest,
    documentNumber: rest.format === "TD3" ? documentNumber.slice(0, 9) : documentNumber,
    documentCode: `${MRZ_LAYOUTS[rest.format].codes.charAt(0)}${second}`,
    optionalData: rest.format === "TD1" ? [optionalData, optionalData2] : [optionalData],
  }));

test("every zone that is made is read back unchanged", () => {
  fc.assert(
    fc.property(anyMrz, (mrz) => {
      expect(parseMrz(makeMrz(mrz).join("\n"), TODAY)).toEqual({ ok: true, value: mrz });
    }),
  );
});

test("a misread digit in a checked field is noticed, and the field is named", () => {
  fc.assert(
    fc.property(
      anyMrz,
      fc.constantFrom("birthDate", "expiryDate"),
      fc.nat(5),
      fc.integer({ min: 1, max: 9 }),
      (mrz, field, at, change) => {
        const lines = makeMrz(mrz).join("");
        const position = (MRZ_LAYOUTS[mrz.format].fields[field as "birthDate"]?.[0] ?? 0) + at;
        const wrong = String((Number(lines.charAt(position)) + change) % 10);
        const altered = lines.slice(0, position) + wrong + lines.slice(position + 1);
        // 7, 3 and 1 are prime to ten, so one wrong digit always changes the sum.
        expect(parseMrz(altered, TODAY)).toEqual({ ok: false, error: { field, fault: "check" } });
      },
    ),
  );
});

test("arbitrary text is either no zone or fails in a named field; it never throws", () => {
  const zoneLike = fc.constantFrom(90, 72, 88).chain((size) => word(`<0123456789${LETTERS}`, size, size));
  fc.assert(
    fc.property(fc.oneof(fc.string(), zoneLike), (text) => {
      const read = parseMrz(text, TODAY);
      expect(read.ok || typeof read.error.field === "string").toBe(true);
    }),
  );
});

test.each([
  ["a line too short", [TD1[0], TD1[1]?.slice(1), TD1[2]].join("\r")],
  ["a line missing", TD1.slice(0, 2).join("\r")],
  ["small letters", TD1.join("\r").toLowerCase()],
  ["a visa, whose layout is another one", TD3.join("\r").replace(/^P/, "V")],
  ["lines of the wrong widths with the right total", TD1.join("").replace(/^(.{29})/, "$1\r")],
])("%s is no machine-readable zone", (_name, text) => {
  expect(looksLikeMrz(text)).toBe(false);
  expect(parseMrz(text, TODAY)).toEqual({ ok: false, error: { field: "lines", fault: "form" } });
});

test("letters with marks are transliterated when a zone is made", () => {
  const [, , line] = makeMrz({
    format: "TD1",
    ...ERIKSSON,
    documentCode: "IN",
    documentNumber: "B12345678",
    surname: "Muñoz Güell",
    givenNames: "Rosa-Élena",
    optionalData: [],
  });
  expect(line).toBe("MUNOZ<GUELL<<ROSA<ELENA".replace("GUELL", "GUEELL").padEnd(30, "<"));
});

test("an element that does not fit is refused, never cut", () =>
  expect(() =>
    makeMrz({ format: "TD3", ...ERIKSSON, documentCode: "P", documentNumber: "1234567890", optionalData: [] }),
  ).toThrow("9 characters"));
