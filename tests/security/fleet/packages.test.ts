import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { afterEach, beforeEach, expect, test } from "vitest";
import { assertOk } from "../../../base/result.ts";
import { loadServices, SERVICES_DIRECTORY } from "../../../flows/node/load-services.ts";

/** Milliseconds: a citizen at the screen hardly notices, also on a small machine that does other things. */
const BOUND = 5_000;
const BONO = "fonasa/bono-atencion";
const BIRTH = "srcei/certificado-nacimiento";

let overlay: string;
beforeEach(() => {
  overlay = mkdtempSync(join(tmpdir(), "overlay-"));
  cpSync(SERVICES_DIRECTORY, overlay, { recursive: true });
});
afterEach(() => rmSync(overlay, { recursive: true, force: true }));

const file = (name: string, service = BONO) => join(overlay, service, name);

/** Nine times nine times nine …, by aliases. */
function laughs(levels: number): string {
  const lines = ["a0: &a0 [ha, ha, ha, ha, ha, ha, ha, ha, ha]"];
  for (let level = 1; level < levels; level++)
    lines.push(`a${level}: &a${level} [${Array.from({ length: 9 }, () => `*a${level - 1}`).join(", ")}]`);
  return lines.join("\n");
}

test("the services that come with the software load from an overlay", async () => {
  expect(assertOk(await loadServices(overlay), "services").map(({ id }) => id)).toEqual(
    expect.arrayContaining([BONO, BIRTH]),
  );
});

test.each<[string, () => void]>([
  ["a billion laughs", () => writeFileSync(file("service.yaml"), laughs(12))],
  ["laughs in the texts", () => writeFileSync(file("texts.es.yaml"), laughs(12))],
  ["laughs in the receipts", () => writeFileSync(file("receipts.yaml"), laughs(12))],
  ["an alias of itself", () => writeFileSync(file("service.yaml"), "a: &a [*a, *a]\n")],
  ["brackets without end", () => writeFileSync(file("service.yaml"), "[".repeat(30_000))],
  ["thousands of levels", () => writeFileSync(file("texts.en.yaml"), `${"{a: ".repeat(6_000)}${"}".repeat(6_000)}`)],
  ["four megabytes of text", () => writeFileSync(file("texts.es.yaml"), `x: "${"a".repeat(4_000_000)}"`)],
  [
    "as many entries as fit",
    () => writeFileSync(file("texts.es.yaml"), Array.from({ length: 3_500 }, (_, at) => `k${at}: 1`).join("\n")),
  ],
  [
    "a tag of another language",
    () => writeFileSync(file("service.yaml"), "!!js/function 'function () { process.exit() }'"),
  ],
  [
    "a prototype",
    () => writeFileSync(file("service.yaml"), "__proto__: { id: fonasa/bono-atencion }\nconstructor: x\n"),
  ],
  ["bytes that are no text", () => writeFileSync(file("service.yaml"), Buffer.alloc(50_000, 0xff))],
  [
    "another institution's id",
    () => writeFileSync(file("service.yaml"), readFileSync(file("service.yaml"), "utf8").replace(BONO, BIRTH)),
  ],
  [
    "a second service inside",
    () => {
      mkdirSync(file("inner"));
      cpSync(join(SERVICES_DIRECTORY, BIRTH), file("inner"), { recursive: true });
    },
  ],
  ["a directory that is not there", () => rmSync(overlay, { recursive: true })],
  ["a pipe for a file", () => execFileSync("sh", ["-c", 'rm "$0" && mkfifo "$0"', file("texts.es.yaml")])],
  ["no texts", () => rmSync(file("texts.es.yaml"))],
])("a package with %s is refused as a whole, in bounded time", async (_what, spoil) => {
  spoil();
  const began = performance.now();
  const loaded = await loadServices(overlay);
  expect(performance.now() - began).toBeLessThan(BOUND);
  expect(loaded.ok).toBe(false);
  if (loaded.ok) return;
  expect(loaded.error[0]).toMatchObject({ problem: expect.any(String), remedy: expect.any(String) });
});
