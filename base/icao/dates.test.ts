import { expect, test } from "vitest";
import { isCalendarDate, placeBirth, placeExpiry, toSixDigits } from "./dates.ts";

const TODAY = "2026-11-23";

test.each([
  ["740812", "1974-08-12"],
  ["261123", "2026-11-23"],
  ["261124", "1926-11-24"],
  ["000229", "2000-02-29"],
  ["990101", "1999-01-01"],
])("a birth %s lies in the past: %s", (text, iso) => expect(placeBirth(text, TODAY)).toBe(iso));

test("a birth after the document's own expiry is a century older", () =>
  expect(placeBirth("250101", TODAY, "2024-06-30")).toBe("1925-01-01"));

test("a 29 February that did not exist in the later century is found in the earlier one, or nowhere", () => {
  expect(placeBirth("000229", "2100-12-31")).toBe("2000-02-29");
  expect(placeBirth("990229", TODAY)).toBeUndefined();
});

test.each([
  ["74<<<<", "1974"],
  ["7408<<", "1974-08"],
  ["<<<<<<", ""],
])("the parts of a birth %s that the issuer does not know are left out: %j", (text, iso) =>
  expect(placeBirth(text, TODAY)).toBe(iso),
);

test.each(["741312", "740832", "7413<<", "74081", "ABCDEF", "<<0812"])("%s is no birth date", (text) =>
  expect(placeBirth(text, TODAY)).toBeUndefined(),
);

test.each([
  ["120415", "2012-04-15"],
  ["360101", "2036-01-01"],
  ["561231", "2056-12-31"],
  ["570101", "1957-01-01"],
  ["990101", "1999-01-01"],
])("an expiry %s lies within the window: %s", (text, iso) => expect(placeExpiry(text, TODAY)).toBe(iso));

test.each(["320230", "3200<<", "32-101"])("%s is no expiry date", (text) =>
  expect(placeExpiry(text, TODAY)).toBeUndefined(),
);

test("only days of the calendar are dates", () => {
  expect(isCalendarDate("2024-02-29")).toBe(true);
  expect(isCalendarDate("2026-02-29")).toBe(false);
  expect(toSixDigits("2024-02-29")).toBe("240229");
});
