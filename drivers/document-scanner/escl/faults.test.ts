import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createLogger, type LogRecord } from "../../../base/log.ts";
import type { Outcome } from "../../../base/outcome.ts";
import { createDocumentScannerBench, type DocumentScannerBench } from "../../../simulators/document-scanner/bench.ts";
import type { ScanOptions } from "../interface.ts";
import { EsclScanner } from "./driver.ts";

let bench: DocumentScannerBench & { readonly scanner: EsclScanner; readonly log: LogRecord[] };

beforeEach(async () => {
  const memory = await createDocumentScannerBench();
  const log: LogRecord[] = [];
  const { clock, link } = memory;
  const scanner = new EsclScanner({
    ...{ id: "papers", link, clock, random: () => 0.4 },
    log: createLogger("test", (record) => log.push(record)),
  });
  scanner.start();
  bench = { ...memory, scanner, log };
  await bench.advance(500);
});

afterEach(async () => {
  const stopped = bench.scanner.stop();
  await bench.advance(10_000);
  await stopped;
  await bench.simulator.stop();
  expect(bench.clock.pending).toBe(0);
});

const wire = (fault: string, on = true) => bench.act("wireFault", { fault, on });
const status = () => bench.scanner.status.value;
const jobs = () => bench.simulator.engine.jobs.map(({ state }) => state);

type Scan = { outcome?: Outcome<{ readonly width: number; readonly height: number }> };

function begin(options?: ScanOptions): Scan {
  const scan: Scan = {};
  void bench.scanner
    .scan(async ({ width, height }) => ({ width, height }), options)
    .then((outcome) => {
      scan.outcome = outcome;
    });
  return scan;
}

async function finish(options?: ScanOptions, patience = 10_000): Promise<Scan["outcome"]> {
  const scan = begin(options);
  await bench.advance(patience);
  return scan.outcome;
}

test("glass and feeder: the feeder's paper goes first, then what lies on the glass", async () => {
  const glass = bench.simulator.layOnGlass();
  const [sheet] = bench.simulator.load();
  expect(await finish()).toMatchObject({ outcome: "ok", value: { width: 1_700, height: 2_598 } });
  expect(await finish({ resolution: 100, colour: true })).toMatchObject({ value: { width: 850, height: 1_169 } });
  expect(bench.simulator.scanned.map(({ paper }) => paper)).toEqual([sheet, glass]);
});

test("of several sheets one is scanned, and the others stay for the next scans", async () => {
  const papers = bench.simulator.load(2);
  await finish();
  expect(jobs()).toEqual(["Canceled"]);
  await finish();
  expect(bench.simulator.scanned.map(({ paper }) => paper)).toEqual(papers);
});

describe("no picture", () => {
  test.each([
    ["cut in the middle", "cutPicture", "link.lost"],
    ["something else in its place", "wrongType", "document-scanner.bad-picture"],
    ["a picture without end", "endlessPicture", "document-scanner.too-large"],
  ])("%s: an error, and no job is left", async (_, fault, code) => {
    await wire(fault);
    expect(await finish()).toMatchObject({ outcome: "error", error: { code } });
    expect(bench.simulator.engine.current).toBeUndefined();
    await wire(fault, false);
    expect(await finish()).toMatchObject({ outcome: "ok" });
  });

  test.each(["askAgain", "notYet"])("not there yet (%s): it is asked for until it is", async (fault) => {
    await wire(fault);
    expect(await finish()).toMatchObject({ outcome: "ok" });
    expect(bench.link.asked.filter((asked) => asked.endsWith("/NextDocument")).length).toBeGreaterThan(1);
    expect(jobs()).toEqual(["Completed"]);
  });

  test("a sheet that was taken back on its way: no paper", async () => {
    await bench.act("nature", { nature: "only-feeder" });
    bench.simulator.load();
    const scan = begin();
    await bench.advance(1_000);
    await bench.act("emptyFeeder");
    await bench.advance(5_000);
    expect(scan.outcome).toMatchObject({ error: { code: "document-scanner.no-paper" } });
  });

  test("a silent scanner in the middle of a page: the deadline ends it, and the job is ended when it speaks again", async () => {
    await wire("askAgain");
    const scan = begin({ within: 6_000 });
    await bench.advance(500);
    await wire("silent");
    await bench.advance(12_000);
    expect(scan.outcome).toMatchObject({ outcome: "error", error: { code: "common.deadline" } });
    expect(jobs()).toEqual(["Processing"]);
    await wire("silent", false);
    await bench.advance(12_000);
    expect(bench.simulator.engine.current).toBeUndefined();
    expect(status()).toMatchObject({ link: "connected", readiness: "ready" });
  });
});

describe("busy", () => {
  test("with somebody else's scan: waited for, and then scanned", async () => {
    const [other] = [bench.simulator.engine.create(SOMEBODY_ELSES)];
    const scan = begin();
    await bench.advance(5_000);
    expect(scan.outcome).toBeUndefined();
    expect(status().readiness).toBe("busy");
    if (other !== undefined) bench.simulator.engine.cancel(other);
    await bench.advance(8_000);
    expect(scan.outcome).toMatchObject({ outcome: "ok" });
  });

  test("to the deadline: an error that says so", async () => {
    await wire("busy");
    expect(await finish({ within: 4_000 })).toMatchObject({ error: { code: "document-scanner.busy" } });
  });
});

const SOMEBODY_ELSES = { source: "Platen", width: 100, height: 100, resolution: 75, colour: false } as const;

describe("what answers is no scanner", () => {
  test.each([
    ["a web page", "html", "document-scanner.bad-answer"],
    ["no HTTP", "garbage", "document-scanner.bad-answer"],
    ["entities in entities", "entityBomb", "document-scanner.bad-answer"],
    ["a server's fault", "serverError", "document-scanner.refused"],
    ["a sign-in", "unauthorised", "document-scanner.not-authorised"],
  ])("%s: a condition for the technician, and an error of each scan", async (_, fault, code) => {
    await wire(fault);
    await bench.advance(6_000);
    expect(status()).toMatchObject({
      ...{ link: "connected", readiness: "unavailable" },
      conditions: [{ code: "bad-answer", severity: "fault", who: "technician" }],
    });
    expect(await finish()).toMatchObject({ outcome: "error", error: { code } });
    await wire(fault, false);
    await bench.advance(6_000);
    expect(status()).toMatchObject({ readiness: "ready", conditions: [] });
  });
});

test("a scanner without JPEG is not offered, and is asked for nothing", async () => {
  await bench.act("nature", { nature: "no-jpeg" });
  expect(await bench.scanner.reset()).toEqual({ outcome: "ok", value: undefined });
  expect(status()).toMatchObject({ readiness: "unavailable", conditions: [{ code: "no-jpeg", who: "technician" }] });
  expect(await finish()).toMatchObject({ error: { code: "document-scanner.no-jpeg" } });
  expect(jobs()).toEqual([]);
});

test("one that stopped without a word why is for the attendant", async () => {
  await bench.act("breakDown");
  expect(await finish()).toMatchObject({ error: { code: "document-scanner.stopped" } });
  expect(status().conditions).toMatchObject([{ code: "stopped", who: "attendant" }]);
});

test("one that does not know its own name is asked at the address that it has", async () => {
  await wire("otherName");
  expect(await finish()).toMatchObject({ outcome: "ok" });
  expect(bench.link.asked.every((asked) => /^(GET|POST|DELETE) \/eSCL\//.test(asked))).toBe(true);
});

test("another scanner at the same address is asked what it can do", async () => {
  expect(bench.scanner.capabilities.sources).toEqual(["platen", "feeder"]);
  bench.simulator.unplug();
  await bench.advance(6_000);
  expect(status().link).toBe("absent");
  await bench.act("nature", { nature: "only-glass" });
  await bench.simulator.plug();
  await bench.advance(2_000);
  expect(bench.scanner.capabilities).toMatchObject({ maker: "Ventanilla", sources: ["platen"] });
});

test("every byte of every picture that came is zero in the end, wanted or not", async () => {
  await finish();
  await wire("wrongType");
  await finish();
  const pictures = bench.link.handed.filter((body) => body.length > 0 && body[0] !== "<".charCodeAt(0));
  expect(pictures).toHaveLength(2);
  expect(pictures.every((body) => body.every((byte) => byte === 0))).toBe(true);
});

test("the log says that a page was scanned and how large it was, and nothing of it", async () => {
  await finish();
  await bench.act("nature", { nature: "only-feeder" });
  await bench.scanner.reset();
  await finish({ within: 1_000 });
  expect(bench.log.filter(({ event }) => event.startsWith("document-scanner"))).toMatchObject([
    { event: "document-scanner.scan", fields: { outcome: "ok", bytes: expect.any(Number) } },
    { event: "document-scanner.scan", fields: { outcome: "error", cause: "document-scanner.no-paper" } },
  ]);
});

test("a driver that stops in the middle of a scan ends it at the scanner", async () => {
  const scan = begin();
  await bench.advance(500);
  const stopped = bench.scanner.stop();
  await bench.advance(500);
  await stopped;
  expect(scan.outcome).toMatchObject({ outcome: "error", error: { code: "common.cancelled" } });
  expect(jobs()).toEqual(["Canceled"]);
  expect(status()).toMatchObject({ link: "absent", readiness: "unavailable" });
});
