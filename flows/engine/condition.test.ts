import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { assertOk } from "../../base/result.ts";
import { conditionProblem } from "../compiler/condition-types.ts";
import { holds, parseCondition, withPaths } from "./condition.ts";

const SCOPE = {
  site: { startedAt: "2026-11-29T10:00:00" },
  person: { active: true, tramo: "B", isapre: null, children: 3, born: "1966-11-29", names: ["Ana", "Eva"] },
};
const FORMS = new Map<string, z.ZodType>([
  [
    "person",
    z.strictObject({
      active: z.boolean(),
      tramo: z.enum(["A", "B"]).nullable(),
      isapre: z.string().nullable(),
      children: z.number(),
      born: z.iso.date(),
      names: z.array(z.string()),
    }),
  ],
  ["sometimes", z.strictObject({ paid: z.boolean() }).optional()],
  ["site", z.strictObject({ startedAt: z.iso.datetime({ local: true }) })],
  ["reasons", z.strictObject({ ids: z.array(z.enum(["late", "cold"])) })],
]);

const read = (source: string) => assertOk(parseCondition(source), source);

describe("a condition", () => {
  test.each([
    ["person.active", true],
    ["not person.active", false],
    ["not not person.active", true],
    ["person.tramo == 'B'", true],
    ["person.tramo != 'B'", false],
    ["person.tramo in ['A', 'B']", true],
    ["person.tramo in ['C']", false],
    ["person.isapre == null", true],
    ["person.isapre == 'x' or person.children >= 3", true],
    ["person.children + 1 > 3 and person.children - 1 < 3", true],
    ["person.children > 3 or person.active and person.children == 3", true],
    ["(person.active or person.children == 3) and false", false],
    ["count(person.names) == 2", true],
    ["count(person.nobody) == 0", true],
    ["known(person.isapre)", false],
    ["known(person.tramo)", true],
    ["age(person.born) == 60", true],
    ["age(person.tramo) >= 0", false],
    ["person.nothing > 1", false],
    ["person.nothing < 1", false],
    ["'Ana' in person.names", true],
    ["'Zoe' in person.names", false],
    ["'Ana' in person.nobody", false],
    ["not 'Zoe' in person.names", true],
    ["person.born < '1966-11-30'", true],
    ["person.born == '1966-11-29'", true],
    ["person.born > site.startedAt", false],
    ["site.startedAt <= '2026-11-29'", true],
    ["person.born < 3", false],
    ["person.tramo < 'C'", false],
  ])("%s is %s", (source, expected) => {
    expect(holds(read(source), SCOPE)).toBe(expected);
  });

  test("the day before the birthday is a year less", () => {
    const scope = { ...SCOPE, person: { born: "1966-11-30" } };
    expect(holds(read("age(person.born) == 59"), scope)).toBe(true);
  });

  test.each([
    ["", "a value is missing at the end"],
    ["person.active and", "a value is missing at the end"],
    ["person.active person.active", '"person.active" is too much'],
    ["(person.active", '")" is missing'],
    ["person.active == 'x", '"\'" is not understood'],
    ["person.active = true", '"is equal to" is written =='],
    ["{{person.active}}", "values stand without braces"],
    ['person.active == "x"', "between single quotes"],
    ["count('x') == 1", "count takes a path"],
    ["and", '"and" stands where a value should'],
    ["person.children in [true]", "a list has texts and numbers"],
    ["1 == 99999999999999999999", "too large"],
    ["x".repeat(501), "at most 500"],
  ])("%s is refused: %s", (source, problem) => {
    const parsed = parseCondition(source);
    expect(parsed.ok ? "" : parsed.error.en).toContain(problem);
  });

  test("any text is read or refused, and what is read ends in true or false whatever it reads", () => {
    const word = fc.constantFrom(
      "person.active",
      "person",
      "x",
      "and",
      "or",
      "not",
      "in",
      "==",
      "<",
      "(",
      ")",
      "[",
      "]",
      "'B'",
      "7",
      "+",
      "-",
      ",",
      "count",
      "age",
      "known",
      "null",
      "true",
    );
    fc.assert(
      fc.property(fc.array(word, { maxLength: 12 }), fc.jsonValue(), (words, value) => {
        const parsed = parseCondition(words.join(" "));
        if (parsed.ok) expect(typeof holds(parsed.value, { person: value as never, site: SCOPE.site })).toBe("boolean");
        else expect(parsed.error).not.toBe("");
      }),
      { numRuns: 2_000 },
    );
  });

  test("what is nested as deep as the length allows is read or refused, without an error of the machine", () => {
    expect(parseCondition(`${"(".repeat(240)}true${")".repeat(240)}`).ok).toBe(true);
    expect(parseCondition(`${"not ".repeat(120)}true`).ok).toBe(true);
  });
});

describe("the types of a condition", () => {
  test.each([
    "person.active",
    "person.tramo == 'A'",
    "person.isapre == null",
    "count(person.names) > 1",
    "age(person.born) >= 60",
    "sometimes.paid == true",
    "known(sometimes.paid)",
    "'late' in reasons.ids and count(reasons.ids) < 3",
    "person.born < '1966-11-30'",
    "person.born != site.startedAt",
  ])("%s means something", (source) => {
    expect(conditionProblem(read(source), FORMS)).toBeUndefined();
  });

  test.each([
    ["person.children", "is a number, not true or false"],
    ["person.nothing", 'has no "nothing"'],
    ["nobody.active", 'nothing called "nobody"'],
    ["person.tramo == 'Z'", 'never "Z"'],
    ["person.tramo == 1", "compares a text with a number"],
    ["person.tramo > 'A'", "compares numbers and dates, not a text"],
    ["person.born < '1966-02-30'", "not a text"],
    ["person.born < 3", "compares a date with a number"],
    ["'late' in person.tramo", "takes a list, not a text"],
    ["'hot' in reasons.ids", 'never "hot"'],
    ["7 in reasons.ids", "compares a number with a text"],
    ["person.names == person.names", "does not compare a list"],
    ["person.children == null", "never missing"],
    ["not person.children", '"not" takes a boolean'],
    ["person.tramo + 1 > 1", '"+" takes a number'],
    ["count(person.born) > 1", "takes a list, not a date"],
    ["age(person.children) > 1", "takes a date, not a number"],
    ["sometimes.paid", "may be missing"],
    ["sometimes.paid and person.active", "may be missing"],
    ["person.tramo in ['Z']", 'never "Z"'],
  ])("%s: %s", (source, problem) => {
    expect(conditionProblem(read(source), FORMS)?.en).toContain(problem);
  });
});

describe("a condition with other paths", () => {
  const led = (source: string) => withPaths(source, (path) => `in.${path}`);

  test.each([
    ["a.b == 'a.b' and not (c)", "in.a.b == 'a.b' and not (in.c)"],
    ["known (a) or count(b.c)>=2", "known (in.a) or count(in.b.c)>=2"],
    ["'A' in list", "'A' in in.list"],
    ["a-b - 1 < null", "in.a-b - 1 < null"],
    ["true", "true"],
  ])("%s", (source, other) => {
    expect(led(source)).toBe(other);
  });

  test("what cannot be read stays as it is, so that the author reads what they wrote", () => {
    expect(led("a == {b}")).toBe("a == {b}");
  });
});
