import { mkdirSync, mkdtempSync, readdirSync, readFileSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, expect, test } from "vitest";
import { makeFile, replaceFile } from "./replace-file.ts";

let directory: string;
let path: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "file-"));
  path = join(directory, "a");
});

test("a replaced file has the new content and mode, and nothing is left beside it", () => {
  replaceFile(path, "old", 0o644);
  replaceFile(path, "new", 0o600);
  expect(readFileSync(path, "utf8")).toBe("new");
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(readdirSync(directory)).toEqual(["a"]);
});

test("a failed attempt leaves nothing behind", () => {
  mkdirSync(path);
  expect(() => replaceFile(path, "new", 0o600)).toThrow();
  expect(() => makeFile(join(path, "no", "such"), "new", 0o600)).toThrow();
  expect(readdirSync(directory)).toEqual(["a"]);
});

test("a file that is there is not made a second time", () => {
  expect(makeFile(path, "first", 0o600)).toBe(true);
  expect(makeFile(path, "second", 0o600)).toBe(false);
  expect(readFileSync(path, "utf8")).toBe("first");
  expect(readdirSync(directory)).toEqual(["a"]);
});
