import fc from "fast-check";
import { expect, test } from "vitest";
import { formatPesos } from "../../../base/money.ts";
import { cleanMobile, formatMobile } from "./mobile.ts";
import { cleanRun, formatRun } from "./run.ts";

test.each([
  [0, "$0"],
  [999, "$999"],
  [1_000, "$1.000"],
  [12_340, "$12.340"],
  [1_234_567, "$1.234.567"],
  [-5_000, "-$5.000"],
])("%d pesos read %s", (amount, text) => {
  expect(formatPesos(amount)).toBe(text);
});

test.each([
  ["", ""],
  ["1", "1"],
  ["12", "1-2"],
  ["1234", "123-4"],
  ["12345", "1.234-5"],
  ["123456785", "12.345.678-5"],
  ["1000005k", "1.000.005-K"],
])("the RUN typed so far %j reads %j", (typed, text) => {
  expect(formatRun(typed)).toBe(text);
});

test.each([
  ["", ""],
  ["9", "+56 9"],
  ["98765", "+56 9 8765"],
  ["987654321", "+56 9 8765 4321"],
])("the mobile number typed so far %j reads %j, and stays what it is", (digits, text) => {
  expect(formatMobile(digits)).toBe(text);
  expect(cleanMobile(text)).toBe(digits);
});

test("nothing follows a K, no RUN begins with one, and a tenth character is dropped", () => {
  expect(cleanRun("K1")).toBe("1");
  expect(cleanRun("1000005K9")).toBe("1000005K");
  expect(cleanRun("1234567890")).toBe("123456789");
});

test("formatting never loses or adds a character, and formatting twice changes nothing", () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      const formatted = formatRun(text);
      expect(cleanRun(formatted)).toBe(cleanRun(text));
      expect(formatRun(formatted)).toBe(formatted);
    }),
  );
});
