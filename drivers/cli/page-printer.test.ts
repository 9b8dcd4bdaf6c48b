import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PDFDocument } from "pdf-lib";
import { afterEach, beforeEach, expect, test } from "vitest";
import { systemClock } from "../../base/node/system-clock.ts";
import { createPagePrinterSimulator, type PagePrinterSimulator } from "../../simulators/page-printer/simulator.ts";
import { type CliOutcome, UsageError } from "./kind.ts";
import { pagePrinterCli } from "./page-printer.ts";

let simulator: PagePrinterSimulator;
let file: string;
let events: Record<string, unknown>[];

beforeEach(async () => {
  const pdf = await PDFDocument.create();
  pdf.addPage();
  file = join(mkdtempSync(join(tmpdir(), "page-printer-cli-")), "certificate.pdf");
  writeFileSync(file, await pdf.save());
  events = [];
  simulator = createPagePrinterSimulator({ id: "p", clock: systemClock, pageTime: 50 });
  await simulator.start();
});
afterEach(() => simulator.stop());

function run(
  command: string,
  options: Record<string, string | boolean> = {},
  signal: AbortSignal = new AbortController().signal,
): Promise<CliOutcome> {
  const found = pagePrinterCli.commands[command];
  if (found === undefined) throw new Error(`no command ${command}`);
  return found.run({ model: "ipp", port: simulator.port, options, signal, event: (event) => events.push(event) });
}

test("print tells its intent and its progress, and the result has pages, confirmation and job", async () => {
  expect(await run("print", { file, copies: "2", intent: "folio-1" })).toEqual({
    outcome: "ok",
    result: { printed: 2, confirmed: true, job: 1 },
  });
  expect(events).toContainEqual({ event: "intent", intent: "folio-1" });
  expect(events.flatMap(({ progress }) => progress ?? [])).toEqual(expect.arrayContaining(["sent", "printed"]));
  expect(await run("recall", { intent: "folio-1" })).toMatchObject({ outcome: "ok", result: { job: 1, printed: 2 } });
});

test("status of a printer without paper is ok: the command did what was asked", async () => {
  simulator.set({ paper: 0 });
  expect(await run("status")).toMatchObject({
    outcome: "ok",
    result: {
      ...{ link: "connected", readiness: "unavailable" },
      conditions: [{ code: "media-empty", who: "attendant" }],
      capabilities: { createJob: true },
    },
  });
});

test("watch tells each change until it is stopped", async () => {
  const stop = new AbortController();
  const watching = run("watch", {}, stop.signal);
  await expect.poll(() => events.at(-1)).toMatchObject({ event: "status", link: "connected" });
  stop.abort();
  expect(await watching).toMatchObject({ outcome: "ok", result: { readiness: "ready", changes: 1 } });
});

test("cancel takes a job out; of one that is not there it is an error", async () => {
  simulator.set({ jam: true });
  const job = simulator.engine.create({ name: "x", user: "y", copies: 1, format: "application/pdf" });
  expect(await run("cancel", { job: String(job.id) })).toEqual({ outcome: "ok", result: { job: 1 } });
  expect(job.state).toBe("canceled");
  expect(await run("cancel", { job: "9" })).toMatchObject({ error: { code: "page-printer.job-unknown" } });
});

test("nobody at the address: an error that names it", async () => {
  const { port } = simulator;
  await simulator.stop();
  expect(await run("print", { file })).toMatchObject({
    outcome: "error",
    error: { code: "link.refused", message: expect.stringContaining(port) },
  });
});

test("a file that is not there is bad usage; one that is no PDF is refused", async () => {
  await expect(run("print", { file: `${file}.none` })).rejects.toThrow(UsageError);
  writeFileSync(file, "plain text");
  expect(await run("print", { file })).toMatchObject({ error: { code: "page-printer.bad-document" } });
});

test("an address that is none is bad input", async () => {
  const { run: print } = pagePrinterCli.commands.print ?? expect.fail("no print");
  const context = { model: "ipp", port: "/dev/lp0", options: { file }, signal: new AbortController().signal };
  expect(await print({ ...context, event: () => {} })).toMatchObject({ error: { code: "common.bad-input" } });
});
