import { PDFDocument } from "pdf-lib";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createLogger, type LogRecord } from "../../base/log.ts";
import type { Outcome } from "../../base/outcome.ts";
import { createPagePrinterBench, type PagePrinterBench } from "../../simulators/page-printer/bench.ts";
import { createPagePrinter } from "./driver.ts";
import type { PagePrinter, PagePrintOptions, PagePrintResult } from "./interface.ts";

const certificate = await PDFDocument.create();
certificate.setTitle("Certificado de nacimiento");
certificate.addPage();
certificate.addPage();
const pdf = await certificate.save();

let bench: PagePrinterBench & { printer: PagePrinter; log: LogRecord[] };

beforeEach(async () => {
  const memory = await createPagePrinterBench();
  const log: LogRecord[] = [];
  const { clock, link } = memory;
  let intents = 0;
  const printer = createPagePrinter({
    ...{ id: "page-printer", link, clock, random: () => 0.4 },
    newIntent: () => `test-${++intents}`,
    log: createLogger("test", (record) => log.push(record)),
  });
  printer.start();
  bench = { ...memory, printer, log };
  await bench.advance(1_000);
});

afterEach(async () => {
  const stopped = bench.printer.stop();
  await bench.advance(500);
  await stopped;
  await bench.simulator.stop();
});

const wire = (fault: string, on = true) => bench.act("wireFault", { fault, on });
const documents = () => bench.simulator.service.documents;
const printed = () => bench.simulator.printed.length;
const states = () => bench.simulator.engine.jobs.map(({ state }) => state);

function begin(options?: PagePrintOptions): { outcome?: Outcome<PagePrintResult> } {
  const job: { outcome?: Outcome<PagePrintResult> } = {};
  void bench.printer.print({ pdf }, options).then((outcome) => {
    job.outcome = outcome;
  });
  return job;
}

async function finish(options?: PagePrintOptions, patience = 40_000): Promise<Outcome<PagePrintResult> | undefined> {
  const job = begin(options);
  await bench.advance(patience);
  return job.outcome;
}

describe("an answer that does not come", () => {
  test.each(["office", "only-print-job"])(
    "the document was taken (%s): asked for, found, sent once",
    async (nature) => {
      await bench.act("nature", { nature });
      await wire("loseAnswer");
      expect(await finish()).toMatchObject({ outcome: "ok", value: { printed: 2 } });
      expect([documents(), printed()]).toEqual([1, 1]);
    },
  );

  test("the document was lost, and the job shows it: cancelled, an error, certain that nothing was printed", async () => {
    await wire("loseDocument");
    expect(await finish()).toMatchObject({ outcome: "error", error: { code: "link.lost" } });
    expect([documents(), states()]).toEqual([0, ["canceled"]]);
    expect(await finish()).toMatchObject({ outcome: "ok" });
  });

  test("the document was lost, and an old printer cannot show it: unknown, sent once", async () => {
    await bench.act("nature", { nature: "only-print-job" });
    await wire("loseDocument");
    expect(await finish()).toMatchObject({ outcome: "unknown", error: { code: "link.lost" } });
    expect(documents()).toBe(0);
    expect(bench.log.map(({ event }) => event)).toContain("page-printer.job-doubtful");
  });

  test("nothing answers at all: an error before anything is sent, and the printer is absent", async () => {
    await wire("silent");
    await bench.advance(20_000);
    expect(bench.printer.status.value).toMatchObject({ link: "absent", readiness: "unavailable" });
    expect(await finish()).toMatchObject({ outcome: "error", error: { code: "common.deadline" } });
    expect(states()).toEqual([]);
  });

  test("one lost answer does not make a printer absent", async () => {
    await wire("silent");
    await bench.advance(9_500);
    await wire("silent", false);
    expect(bench.printer.status.value.link).toBe("connected");
    await bench.advance(10_000);
    expect(bench.printer.status.value).toMatchObject({ link: "connected", readiness: "ready" });
  });

  test("slow answers are waited for", async () => {
    await bench.act("slow", { milliseconds: 2_500 });
    expect(await finish({}, 60_000)).toMatchObject({ outcome: "ok" });
  });

  test("the printer takes the document and dies: unknown; it has forgotten the job when it is asked later", async () => {
    await bench.act("jobFault", { fault: "die" });
    expect(await finish({ intent: "folio-7" }, 60_000)).toMatchObject({ outcome: "unknown" });
    await bench.act("powerOn");
    await bench.advance(10_000);
    const recalled = bench.printer.recall("folio-7");
    await bench.advance(1_000);
    expect(await recalled).toMatchObject({ outcome: "unknown", error: { code: "page-printer.job-unknown" } });
    expect(documents()).toBe(1);
  });
});

test("a job that somebody asks about later and gives up does not come out when paper is loaded", async () => {
  await bench.act("paperEnd", { afterSheets: 1 });
  const leaving = bench.printer.print({ pdf }, { intent: "folio-8" });
  await bench.advance(5_000);
  await bench.act("unplug");
  await bench.advance(60_000);
  expect(await leaving).toMatchObject({ outcome: "unknown" });
  await bench.act("plug");
  await bench.advance(10_000);
  const giveUp = new AbortController();
  const recalled = bench.printer.recall("folio-8", { giveUp: giveUp.signal });
  await bench.advance(5_000);
  giveUp.abort();
  await bench.advance(5_000);
  expect(await recalled).toMatchObject({ outcome: "error", error: { code: "page-printer.job-cancelled" } });
  await bench.act("loadPaper");
  await bench.advance(60_000);
  expect(states()).toEqual(["canceled"]);
});

describe("answers that are none", () => {
  test.each(["wrongRequestId", "lyingLength", "attributeBomb", "garbage", "html", "serverError"])(
    "%s: an error before anything is sent; a condition calls the technician until it ends",
    async (fault) => {
      await wire(fault);
      await bench.advance(6_000);
      expect(bench.printer.status.value).toMatchObject({
        ...{ link: "connected", readiness: "unavailable" },
        conditions: [{ code: "bad-answer", severity: "fault", who: "technician" }],
      });
      expect(await finish()).toMatchObject({ outcome: "error", error: { code: "page-printer.bad-answer" } });
      expect(states()).toEqual([]);
      await wire(fault, false);
      await bench.advance(6_000);
      expect(bench.printer.status.value).toMatchObject({ readiness: "ready", conditions: [] });
    },
  );

  test.each(["wrongRequestId", "lyingLength", "garbage", "serverError"])(
    "%s for a while in the middle of a document: the end is still learnt",
    async (fault) => {
      const job = begin();
      await bench.advance(1_000);
      await wire(fault);
      await bench.advance(10_000);
      expect(job.outcome).toBeUndefined();
      await wire(fault, false);
      await bench.advance(5_000);
      expect(job.outcome).toMatchObject({ outcome: "ok", value: { printed: 2 } });
    },
  );

  test("a printer that wants a sign-in: an error that says so", async () => {
    await wire("unauthorised");
    expect(await finish()).toMatchObject({ outcome: "error", error: { code: "page-printer.not-authorised" } });
  });
});

describe("a printer that has other work", () => {
  test("is asked again until it is free: a refusal is no doubt", async () => {
    await wire("busy");
    const job = begin();
    await bench.advance(10_000);
    expect(job.outcome).toBeUndefined();
    await wire("busy", false);
    await bench.advance(20_000);
    expect(job.outcome).toMatchObject({ outcome: "ok" });
    expect(documents()).toBe(1);
  });

  test("and stays so: an error, nothing was sent", async () => {
    await wire("busy");
    expect(await finish({}, 60_000)).toMatchObject({ outcome: "error", error: { code: "page-printer.busy" } });
    expect(documents()).toBe(0);
  });
});

describe("a job that does not end well", () => {
  test("aborted by the printer: an error with its reasons and the pages that came out", async () => {
    await bench.act("jobFault", { fault: "abort" });
    expect(await finish()).toMatchObject({
      outcome: "error",
      error: {
        code: "page-printer.job-aborted",
        message: expect.stringMatching(/aborted-by-system, document-format-error, 1 of 2 pages out/),
      },
    });
  });

  test("completed with errors: not delivered, unknown", async () => {
    await bench.act("jobFault", { fault: "completed-with-errors" });
    expect(await finish()).toMatchObject({
      outcome: "unknown",
      error: { code: "page-printer.not-confirmed", message: expect.stringContaining("job-completed-with-errors") },
    });
  });

  test("cancelled at the printer's panel: an error", async () => {
    const job = begin();
    await bench.advance(1_000);
    for (const at of bench.simulator.engine.jobs) bench.simulator.engine.cancel(at);
    await bench.advance(3_000);
    expect(job.outcome).toMatchObject({ outcome: "error", error: { code: "page-printer.job-cancelled" } });
  });

  test("cancel takes a job out; one that has ended is no error, one that never was is", async () => {
    const job = begin();
    await bench.advance(1_000);
    const cancelled = bench.printer.cancel(1);
    await bench.advance(3_000);
    expect(await cancelled).toMatchObject({ outcome: "ok" });
    expect(job.outcome).toMatchObject({ outcome: "error", error: { code: "page-printer.job-cancelled" } });
    expect(await bench.printer.cancel(1)).toMatchObject({ outcome: "ok" });
    expect(await bench.printer.cancel(99)).toMatchObject({
      outcome: "error",
      error: { code: "page-printer.job-unknown" },
    });
  });
});

describe("a printer that cannot do it", () => {
  test.each([
    ["no-pdf", "no-pdf", "page-printer.format-unsupported"],
    ["no-a4", "no-a4", "page-printer.media-unsupported"],
  ])("%s: known before a citizen waits, and nothing is sent", async (nature, condition, code) => {
    await bench.act("nature", { nature });
    await bench.advance(6_000);
    expect(bench.printer.status.value).toMatchObject({
      readiness: "unavailable",
      conditions: [{ code: condition, severity: "fault", who: "technician" }],
    });
    expect(await finish()).toMatchObject({ outcome: "error", error: { code } });
    expect(states()).toEqual([]);
  });

  test.each<[string, PagePrintOptions]>([
    ["both sides", { sides: "two-sided-long-edge" }],
    ["a hundred copies", { copies: 100 }],
  ])("%s: an error, nothing is sent", async (_name, options) => {
    await bench.act("nature", { nature: "simplex" });
    expect(await finish(options)).toMatchObject({
      outcome: "error",
      error: { code: "page-printer.option-unsupported" },
    });
    expect(states()).toEqual([]);
  });

  test("no title and no citizen's data reaches the log", async () => {
    await finish({ intent: "folio-9" });
    expect(JSON.stringify(bench.log)).not.toMatch(/nacimiento|folio/);
    expect(bench.log).toContainEqual(
      expect.objectContaining({
        event: "page-printer.job-ended",
        fields: expect.objectContaining({ outcome: "ok", pages: 2, job: 1 }),
      }),
    );
  });
});
