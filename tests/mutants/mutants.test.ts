import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { mutantsOf } from "./mutate.ts";
import { PASSING } from "./passing.ts";

const ROOT = join(import.meta.dirname, "../..");
const sourceOf = (file: string) => readFileSync(join(ROOT, "flows/checker", file), "utf8");
const changes = (source: string) => mutantsOf(source).map(({ before, after }) => `${before} -> ${after}`);

test("a condition is turned round and loses each of its sides; types stay out of it", () => {
  expect(changes("export const f = (a: number, b: boolean): boolean => a === 1 && !b;")).toEqual([
    "a === 1 && !b -> (a === 1)",
    "a === 1 && !b -> (!b)",
    "a === 1 -> a !== 1",
    "!b -> (b)",
  ]);
});

test("entries of lists and tables are dropped one at a time, and what only words a refusal is left alone", () => {
  expect(
    changes('const kinds = ["a", "b"]; const problem = told(x ? "y" : "z", "w"); const of = { scan: "reader" };'),
  ).toEqual(['["a", "b"] -> ["b"]', '["a", "b"] -> ["a"]', '{ scan: "reader" } -> {}']);
});

test("each mutant is the whole file with one change", () => {
  const [mutant] = mutantsOf("const one = 1;\nexport const two = one < 2;\n");
  expect(mutant).toMatchObject({ line: 2, source: "const one = 1;\nexport const two = one <= 2;\n" });
});

test("every rule about money has mutants", () => {
  expect(mutantsOf(sourceOf("proofs/money.ts")).length).toBeGreaterThan(40);
});

test.each(PASSING)("$file: what is known to pass is still made: $before", ({ file, before, after, because }) => {
  expect(mutantsOf(sourceOf(file))).toContainEqual(expect.objectContaining({ before, after }));
  expect(because).not.toBe("");
});

test("an unknown file is bad usage, and the files are listed", () => {
  const { status, stderr } = spawnSync(process.execPath, ["tests/mutants/main.ts", "--file", "no-such-thing"], {
    cwd: ROOT,
    encoding: "utf8",
  });
  expect({ status, stderr }).toEqual({ status: 64, stderr: expect.stringContaining("proofs/money.ts") });
});
