import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { openPackage } from "../../../base/node/service-package.ts";
import { assertOk, ok } from "../../../base/result.ts";
import { authorKey, packed } from "../../../flows/cli/testing.ts";
import { proveApart } from "./prove-apart.ts";

// A machine that does much else takes its time.
vi.setConfig({ testTimeout: 120_000 });

const PROGRAM = join(import.meta.dirname, "..", "main.ts");
const KEY = authorKey();
const never = new AbortController().signal;

const good = assertOk(openPackage(packed({ key: KEY })), "the package");
const requiring = (files: { readonly [name: string]: string }) => ({
  ...files,
  "service.yaml": files["service.yaml"]?.replace("requires: []", "requires: [payment-terminal]") ?? "",
});
const bad = assertOk(openPackage(packed({ key: KEY, edit: requiring })), "the package");

test("the runtime's own program proves a package in a process of its own", async () => {
  expect(await proveApart(PROGRAM, good, never)).toEqual(ok());
});

test("what does not hold comes back with rule, file and line", async () => {
  expect(await proveApart(PROGRAM, bad, never)).toMatchObject({
    error: { code: "service.package-unproved", message: expect.stringMatching(/devices\.unneeded: service\.yaml:\d/) },
  });
});

test("a process that cannot prove proves nothing", async () => {
  expect(await proveApart(join(import.meta.dirname, "no-such-program.ts"), good, never)).toMatchObject({
    error: { code: "service.package-unproved" },
  });
});

test("a kiosk that stops does not wait for a proof", async () => {
  const stop = new AbortController();
  const proved = proveApart(PROGRAM, good, stop.signal);
  stop.abort();
  expect(await proved).toMatchObject({ error: { code: "common.cancelled" } });
});
