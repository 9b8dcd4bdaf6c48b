import { expect, test } from "vitest";
import { isFull, joinTyped, parseTyped, type TypedDate, withDigit, withoutDigit } from "./date.ts";

const NOTHING: TypedDate = { day: "", month: "", year: "" };
const typed = (part: keyof TypedDate, digits: string) =>
  [...digits].reduce((date, digit) => withDigit(date, part, digit), NOTHING);

test.each([
  ["day", "1", false],
  ["day", "3", false],
  ["day", "4", true],
  ["day", "05", true],
  ["month", "1", false],
  ["month", "2", true],
  ["month", "12", true],
  ["year", "198", false],
  ["year", "1980", true],
] as const)("a %s of which %s was typed: no digit more, %s", (part, digits, full) => {
  expect(isFull(typed(part, digits), part)).toBe(full);
});

test("a digit typed into a part that is full begins it anew, and the last one can be taken away", () => {
  expect(typed("day", "312").day).toBe("2");
  expect(typed("year", "19801").year).toBe("1");
  expect(withoutDigit(typed("year", "1980"), "year").year).toBe("198");
});

test.each(["17-05-1980", "17-5-", "--", "-04-2026"])("%s is read part by part and joined again", (text) => {
  expect(joinTyped(parseTyped(text))).toBe(text);
});

test("what is no part of a date is left out", () => {
  expect(parseTyped("bad")).toEqual(NOTHING);
  expect(parseTyped("123-456-78901")).toEqual({ day: "12", month: "45", year: "7890" });
});
