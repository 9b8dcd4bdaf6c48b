import { mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { FileTexts } from "./file-texts.ts";

let directory: string;
const path = (name: string) => join(directory, name);
const replace = (name: string, text: string) => {
  writeFileSync(path(`${name}.new`), text);
  renameSync(path(`${name}.new`), path(name));
};

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "texts-"));
  writeFileSync(path("key"), "1");
  writeFileSync(path("certificate"), "1");
});
afterEach(() => rmSync(directory, { recursive: true }));

test("files that were replaced are read again, both or none", () => {
  const texts = new FileTexts(
    { key: path("key"), certificate: path("certificate") },
    ({ key, certificate }) => key === certificate,
  );
  replace("key", "2");
  expect(texts.current()).toEqual({ key: "1", certificate: "1" });
  replace("certificate", "2");
  expect(texts.current()).toEqual({ key: "2", certificate: "2" });
});

test("a file that is gone leaves the texts as they were", () => {
  const texts = new FileTexts({ key: path("key") });
  rmSync(path("key"));
  expect(texts.current()).toEqual({ key: "1" });
});

test("a file that is missing at the start is told", () =>
  expect(() => new FileTexts({ key: path("nothing") })).toThrow(/ENOENT/));
