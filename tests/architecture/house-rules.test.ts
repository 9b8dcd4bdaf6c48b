import { expect, test } from "vitest";
import { ERRORS } from "../../base/registry/errors.ts";
import { EVENTS } from "../../base/registry/events.ts";
import { readSources } from "./sources.ts";

const sources = readSources();
/** This file names what it forbids. */
const others = sources.filter(({ path }) => path !== "tests/architecture/house-rules.test.ts");

function offenders(pattern: RegExp, among = others): string[] {
  return among.flatMap(({ path, text }) =>
    text.split("\n").flatMap((line, index) => (pattern.test(line) ? [`${path}:${index + 1} ${line.trim()}`] : [])),
  );
}

test("no test is skipped, singled out or left to do", () =>
  expect(offenders(/\b(?:test|it|describe)\.(?:skip|only|todo)\b|\b(?:xit|xdescribe|fdescribe)\(/)).toEqual([]));

test("no test sleeps: it waits for a condition", () => {
  const sleeping = /await new Promise\(\s*\(?\w+\)?\s*=>\s*setTimeout|timers\/promises|await (?:sleep|delay|wait)\(\d/;
  const tests = others.filter(({ isTest }) => isTest);
  expect(offenders(sleeping, tests)).toEqual([]);
});

test("nothing is left to do in comments, and no check is switched off", () =>
  expect(offenders(/\b(?:TODO|FIXME|XXX|HACK)\b|@ts-(?:ignore|nocheck|expect-error)/)).toEqual([]));

/**
 * Codes are typed, so an unregistered one does not compile; a registered one that nobody uses misleads the operator. A code
 * may also be put together from its area and a part of its name, as in `code-reader.mrz-${fault}`.
 */
test.each([
  ["errors", ERRORS],
  ["events", EVENTS],
])("every code among the registered %s is used", (_name, registry) => {
  const code = others.filter(({ path }) => !path.startsWith("base/registry/")).map(({ text }) => text);
  const everything = code.join("\n");
  const templates = [...everything.matchAll(/`([a-z-]+\.[a-z-]*)\$\{/g)].map(([, start = ""]) => start);
  const unused = Object.keys(registry).filter(
    (name) =>
      !everything.includes(`"${name}"`) && !templates.some((start) => start.length > 0 && name.startsWith(start)),
  );
  expect(unused).toEqual([]);
});
