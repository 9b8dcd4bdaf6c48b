import { expect, test } from "vitest";
import { fromLatin1, toLatin1 } from "../../base/bytes/bytes.ts";
import { SimulatedClock } from "../../base/clock.ts";
import { MrzGrouping } from "./mrz-grouping.ts";

const TD1 = ["I<UTOD231458907<<<<<<<<<<<<<<<", "7408122F1204159UTO<<<<<<<<<<<6", "ERIKSSON<<ANNA<MARIA<<<<<<<<<<"];
const TD3 = ["P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L898902C36UTO7408122F1204159ZE184226B<<<<<10"];
const [FIRST = "", SECOND = ""] = TD1;

function group(): {
  clock: SimulatedClock;
  codes: string[];
  push: (...lines: string[]) => void;
  grouping: MrzGrouping;
} {
  const clock = new SimulatedClock();
  const codes: string[] = [];
  const grouping = new MrzGrouping(clock, (code) => codes.push(fromLatin1(code)));
  return { clock, codes, grouping, push: (...lines) => lines.forEach((line) => void grouping.push(toLatin1(line))) };
}

test("the lines of a zone come out as one code, and what follows is another", () => {
  const { push, codes, clock } = group();
  push(...TD1, "text", ...TD3);
  expect(codes).toEqual([TD1.join("\n"), "text", TD3.join("\n")]);
  expect(clock.pending).toBe(0);
});

test("the lines of a zone belong together however long they take below the limit", async () => {
  const { push, codes, clock } = group();
  push(FIRST);
  await clock.advance(999);
  push(SECOND);
  await clock.advance(999);
  push(TD1[2] ?? "");
  expect(codes).toEqual([TD1.join("\n")]);
});

test("text that no zone begins with passes at once", () => {
  const { push, codes, clock } = group();
  push("123456789012345678901234567890", "abc");
  expect(codes).toEqual(["123456789012345678901234567890", "abc"]);
  expect(clock.pending).toBe(0);
});

test("a zone that breaks off is handed on line by line after the limit", async () => {
  const { push, codes, clock } = group();
  push(FIRST, SECOND);
  await clock.advance(1_000);
  expect(codes).toEqual([FIRST, SECOND]);
  expect(clock.pending).toBe(0);
});

test("a line that does not fit hands on what waited, and is looked at by itself", () => {
  const { push, codes } = group();
  push(FIRST, "https://example.org/", FIRST, ...TD3);
  expect(codes).toEqual([FIRST, "https://example.org/", FIRST, TD3.join("\n")]);
});

test("a TD1 zone that is begun anew is read from its beginning", () => {
  const { push, codes } = group();
  push(FIRST, ...TD1);
  expect(codes).toEqual([FIRST, TD1.join("\n")]);
});

test("what is discarded is gone, and no timer stays behind", () => {
  const { push, codes, clock, grouping } = group();
  push(FIRST);
  expect(grouping.discard()).toBe(true);
  expect(grouping.discard()).toBe(false);
  expect([codes, clock.pending]).toEqual([[], 0]);
});
