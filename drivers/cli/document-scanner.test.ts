import { mkdtempSync, readFileSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { systemClock } from "../../base/node/system-clock.ts";
import {
  createDocumentScannerSimulator,
  type DocumentScannerSimulator,
} from "../../simulators/document-scanner/simulator.ts";
import { loadKind } from "./kinds.ts";
import { runCli } from "./run.ts";

let simulator: DocumentScannerSimulator;
let folder: string;
let file: string;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "scanner-cli-"));
  file = join(folder, "page.jpg");
  simulator = createDocumentScannerSimulator({ id: "papers", clock: systemClock, scanTime: 20 });
  simulator.layOnGlass();
  await simulator.start();
});
afterEach(() => simulator.stop());

/** One command line; somebody presses Ctrl-C as soon as paper is asked for. */
async function run(...args: string[]) {
  let interrupt = (_signal: string) => {};
  const lines: { readonly event?: { readonly feedback?: string } }[] = [];
  let complaint = "";
  const status = await runCli([...args, "--json"], {
    ...{ kinds: [], loadKind, clock: systemClock },
    onStop: (stop) => {
      interrupt = stop;
    },
    out: (text) => {
      for (const line of text.trim().split("\n")) lines.push(JSON.parse(line));
      if (lines.at(-1)?.event?.feedback === "insert-media") interrupt("SIGINT");
    },
    complain: (text) => {
      complaint += text;
    },
  });
  return { status, complaint, outcome: lines.at(-1), feedback: lines.flatMap(({ event }) => event?.feedback ?? []) };
}

const scan = (...options: string[]) =>
  run("document-scanner", "scan", "--port", simulator.port, "--timeout", "60", "--resolution", "75", ...options);

test("scan writes the page into a file that only its owner can read, and tells what it measures", async () => {
  const scanned = await scan("--file", file);
  const bytes = readFileSync(file);
  expect(scanned).toMatchObject({
    ...{ status: 0, feedback: ["scanning"] },
    outcome: { outcome: "ok", result: { width: 637, height: 877, bytes: bytes.length } },
  });
  expect(bytes.equals(simulator.scanned[0]?.picture ?? Buffer.alloc(0))).toBe(true);
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

test("a feeder without paper is waited for until somebody gives up: an error", async () => {
  simulator.nature = { ...simulator.nature, platen: false };
  expect(await scan("--file", file)).toMatchObject({
    ...{ status: 1, feedback: ["insert-media"] },
    outcome: { outcome: "error", error: { code: "common.cancelled" } },
  });
});

test("status tells what the scanner can do", async () => {
  expect(await run("document-scanner", "status", "--port", simulator.port, "--timeout", "30")).toMatchObject({
    status: 0,
    outcome: {
      result: {
        ...{ link: "connected", readiness: "ready" },
        capabilities: { maker: "Ventanilla", sources: ["platen", "feeder"] },
      },
    },
  });
});

test("a trace has no picture in it, not even a raw one; a replay gives one of the same measure that shows nothing", async () => {
  const trace = join(folder, "trace.jsonl");
  const scanned = await scan("--file", file, "--trace", trace, "--raw");
  expect(scanned.status).toBe(0);
  const picture = readFileSync(file).subarray(300, 340).toString("hex");
  const text = readFileSync(trace, "utf8");
  expect(text).not.toContain(picture);
  expect(text.length).toBeLessThan(40_000);
  const blank = join(folder, "blank.jpg");
  expect(await run("replay", trace, `--file=${blank}`)).toMatchObject({ status: 0, outcome: scanned.outcome ?? {} });
  expect(readFileSync(blank).equals(readFileSync(file))).toBe(false);
  expect(
    readFileSync(blank)
      .subarray(300, -2)
      .every((byte) => byte === 0),
  ).toBe(true);
});

test("a file that cannot be written, and an address that is none, are bad usage", async () => {
  expect(await scan("--file", join(folder, "none", "page.jpg"))).toMatchObject({
    status: 64,
    complaint: expect.stringContaining("--file"),
  });
  expect(await run("document-scanner", "status", "--port", "/dev/usb/scanner0")).toMatchObject({ status: 64 });
});
