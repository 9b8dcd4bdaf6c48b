import { execFile } from "node:child_process";
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { PDFDocument } from "pdf-lib";
import { afterEach, beforeEach, expect, test } from "vitest";
import { systemClock } from "../../../base/node/system-clock.ts";
import { createPagePrinterSimulator, type PagePrinterSimulator } from "../../../simulators/page-printer/simulator.ts";

/** CUPS' stock conformance tests against our simulator: they show that it is a fair printer. */

const TOOL = "/usr/bin/ipptool";
const STOCK = "/usr/share/cups/ipptool";
/** Sample documents that the tests name and Debian does not ship. */
const SAMPLES = [
  "color.jpg",
  "gray.jpg",
  ...["a4", "letter"].flatMap((size) => [`document-${size}.pdf`, `document-${size}.ps`]),
];

const document = await PDFDocument.create();
document.addPage();
const pdf = await document.save();

let simulator: PagePrinterSimulator;
let directory: string;

beforeEach(async (context) => {
  if (!existsSync(TOOL)) context.skip("Debian's cups-ipp-utils is not installed");
  directory = mkdtempSync(join(tmpdir(), "ipptool-"));
  for (const name of ["ipp-1.1.test", "ipp-2.0.test"]) copyFileSync(join(STOCK, name), join(directory, name));
  for (const name of [...SAMPLES, "sample.pdf"]) writeFileSync(join(directory, name), pdf);
  simulator = createPagePrinterSimulator({ id: "page-printer", clock: systemClock, pageTime: 200 });
  await simulator.start();
});
afterEach(async () => {
  await simulator?.stop();
  if (directory !== undefined) rmSync(directory, { recursive: true, force: true });
});

test.each([
  ["1.1", 34],
  ["2.0", 35],
])("ipp-%s.test: all that is not skipped passes", async (version, atLeast) => {
  const ended = promisify(execFile)(
    TOOL,
    [...["-t", "-I", "-V", version, "-f", join(directory, "sample.pdf")], simulator.port, `ipp-${version}.test`],
    { cwd: directory, timeout: 90_000 },
  );
  const { stdout } = await ended.catch((problem: { stdout?: string }) => ({ stdout: String(problem.stdout) }));
  expect(stdout).not.toContain("[FAIL]");
  expect(stdout.match(/\[PASS\]/g)?.length).toBeGreaterThanOrEqual(atLeast);
  expect(simulator.service.documents).toBeGreaterThan(0);
});

test("what the simulator keeps is what ipptool sent", async () => {
  const arguments_ = ["-t", "-f", join(directory, "sample.pdf"), simulator.port, join(STOCK, "print-job.test")];
  await promisify(execFile)(TOOL, arguments_, { timeout: 30_000 });
  await expect.poll(() => simulator.printed.length, { timeout: 10_000 }).toBe(1);
  expect(simulator.printed[0]?.document).toEqual(new Uint8Array(readFileSync(join(directory, "sample.pdf"))));
});
