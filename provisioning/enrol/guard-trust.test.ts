import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { assertOk } from "../../base/result.ts";
import { layGuardTrust } from "./guard-trust.ts";

let folder: string;
let directory: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "guard-trust-"));
  directory = join(folder, "trust");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const laid = () => JSON.parse(readFileSync(join(directory, "root.json"), "utf8"));

test("the root of trust is laid down where there is none", () => {
  assertOk(layGuardTrust({ directory, root: { signed: 1 }, how: "keep" }), "trust");
  expect(laid()).toEqual({ signed: 1 });
});

test("a root that is there stays: the guard may have gone on from it", () => {
  mkdirSync(directory);
  writeFileSync(join(directory, "root.json"), '{"signed":7}');
  assertOk(layGuardTrust({ directory, root: { signed: 1 }, how: "keep" }), "trust");
  expect(laid()).toEqual({ signed: 7 });
});

test("of a fleet before nothing stays: its metadata would stand against the new root", () => {
  mkdirSync(directory);
  writeFileSync(join(directory, "root.json"), '{"signed":7}');
  writeFileSync(join(directory, "timestamp.json"), "{}");
  assertOk(layGuardTrust({ directory, root: { signed: 1 }, how: "renew" }), "trust");
  expect(readdirSync(directory)).toEqual(["root.json"]);
  expect(laid()).toEqual({ signed: 1 });
});

test("where nothing can be written the technician reads why", () => {
  writeFileSync(directory, "a file where the directory should be");
  rmSync(folder, { recursive: true });
  writeFileSync(folder, "");
  const done = layGuardTrust({ directory, root: {}, how: "keep" });
  expect(done.ok ? "laid" : done.error.code).toBe("provision.file-unreadable");
});
