import { expect, test } from "vitest";
import { brokenBy, conditionCodes, conditionsOf, firstStop, NO_FACTS, pausedBy, reportedFacts } from "./facts.ts";

test("a recoverable error beside an open cover is the cover's, and is broken only when it outlives it", () => {
  const open = { ...NO_FACTS, offline: true, coverOpen: true, error: true, recoverable: true };
  expect(brokenBy(open)).toBeUndefined();
  expect(pausedBy(open)).toBe("cover-open");
  expect(firstStop(open)).toBe("cover-open");
  expect(brokenBy({ ...open, coverOpen: false })).toBe("recoverable-error");
});

test("an error without a known cause pauses, it does not break", () => {
  const unexplained = { ...NO_FACTS, offline: true, error: true };
  expect(conditionCodes(unexplained, false)).toEqual(["recoverable-error"]);
  expect(brokenBy(unexplained)).toBeUndefined();
  expect(pausedBy(unexplained)).toBe("recoverable-error");
});

test("off line is named only when nothing explains it", () => {
  expect(conditionCodes({ ...NO_FACTS, offline: true }, false)).toEqual(["offline"]);
  expect(conditionCodes({ ...NO_FACTS, offline: true, paperEnd: true }, false)).toEqual(["paper-end"]);
});

test("what a person should do first comes first", () => {
  const all = Object.fromEntries(Object.keys(NO_FACTS).map((fact) => [fact, true])) as typeof NO_FACTS;
  expect(conditionCodes(all, true)[0]).toBe("not-answering");
  expect(conditionCodes({ ...NO_FACTS, coverOpen: true, paperEnd: true }, false)).toEqual(["cover-open"]);
});

test("an automatic full status without the error bytes says nothing of errors", () => {
  expect(reportedFacts({ type: "full-status", selector: 3, bytes: [0x20, 0x00] })).toEqual({
    paperEnd: false,
    paperNearEnd: false,
    ticketInMouth: true,
    coverOpen: false,
    working: false,
  });
});

test("a condition that goes on keeps its beginning; one that comes back gets a new one", () => {
  const first = conditionsOf(["cover-open"], [], 1_000);
  expect(conditionsOf(["cover-open"], first, 2_000)[0]?.since).toBe(1_000);
  expect(conditionsOf(["cover-open"], conditionsOf([], first, 2_000), 3_000)[0]?.since).toBe(3_000);
});
