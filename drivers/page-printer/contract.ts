import { afterEach, beforeEach, expect, test } from "vitest";
import type { Outcome } from "../../base/outcome.ts";
import { contractSuite } from "../contract-suite.ts";
import { isOffered } from "../first-status.ts";
import type { PagePrinter, PagePrintOptions, PagePrintResult } from "./interface.ts";

/** A printer and the hand that stands beside it: a simulator's actions, or a person's in the hardware lab. */
export type PagePrinterBench = {
  readonly printer: PagePrinter;
  /** Lets time pass, milliseconds. */
  readonly advance: (milliseconds: number) => Promise<void>;
  readonly hand: { readonly [verb in PageHandVerb]: () => Promise<void> };
  /** Paper for this many more sheets. */
  readonly leaveSheets: (sheets: number) => Promise<void>;
  /** How many documents came out whole. */
  readonly printed: () => number;
  readonly stop: () => Promise<void>;
};

export type PageHandVerb =
  | "loadPaper"
  | "openCover"
  | "closeCover"
  | "jam"
  | "clearJam"
  | "tonerLow"
  | "tonerEmpty"
  | "changeToner"
  | "outputFull"
  | "emptyOutput"
  | "pause"
  | "resume"
  | "powerOff"
  | "powerOn"
  | "unplug"
  | "plug";

/** Longer than a poll. */
const SETTLED = 6_000;
/** Longer than a document of three pages takes. */
const PRINTED = 20_000;

/** What every page printer promises. @param pdf a document of three pages. */
export const pagePrinterContract = contractSuite(
  "page-printer",
  (pdf: Uint8Array, makeBench: () => Promise<PagePrinterBench>) => {
    let bench: PagePrinterBench;

    beforeEach(async () => {
      bench = await makeBench();
      await bench.advance(SETTLED);
    });

    afterEach(() => bench.stop());

    const status = () => bench.printer.status.value;
    const codes = () => status().conditions.map(({ code }) => code);

    /** Starts a print and remembers its end, so that a test can act meanwhile. */
    async function begin(options?: PagePrintOptions) {
      const job: { outcome?: Outcome<PagePrintResult> } = {};
      void bench.printer.print({ pdf }, options).then((outcome) => {
        job.outcome = outcome;
      });
      await bench.advance(1_500);
      return job;
    }

    async function finish(options?: PagePrintOptions): Promise<Outcome<PagePrintResult> | undefined> {
      const job = await begin(options);
      await bench.advance(PRINTED);
      return job.outcome;
    }

    test("is ready, without conditions, soon after it was connected, and says what it can do", () => {
      expect(status()).toMatchObject({ link: "connected", readiness: "ready", conditions: [], provisional: false });
      expect(bench.printer.capabilities).toMatchObject({
        formats: expect.arrayContaining(["application/pdf"]),
        media: expect.arrayContaining(["iso_a4_210x297mm"]),
      });
    });

    test("a document is printed once, and the printer itself confirms it, with pages and job", async () => {
      expect(await finish()).toEqual({
        outcome: "ok",
        value: { printed: 3, confirmed: true, job: expect.any(Number) },
      });
      expect(bench.printed()).toBe(1);
    });

    test("copies are printed and counted", async () => {
      const outcome = await finish({ copies: 2 });
      expect(outcome).toMatchObject({ outcome: "ok", value: { printed: 6 } });
    });

    test("progress comes in order, and the printer is busy meanwhile", async () => {
      const progress: string[] = [];
      await begin({ onProgress: (step) => progress.push(step) });
      expect(status().readiness).toBe("busy");
      await bench.advance(PRINTED);
      expect(progress).toEqual(["sent", "printing", "printed"]);
      expect(status().readiness).toBe("ready");
    });

    test("two documents asked for at once come out one after the other", async () => {
      const jobs = [await begin(), await begin()];
      await bench.advance(2 * PRINTED);
      expect(jobs.map(({ outcome }) => outcome?.outcome)).toEqual(["ok", "ok"]);
      expect(bench.printed()).toBe(2);
    });

    test.each<[string, string, PageHandVerb, PageHandVerb]>([
      ["an open cover", "cover-open", "openCover", "closeCover"],
      ["a jam", "media-jam", "jam", "clearJam"],
      ["no toner", "toner-empty", "tonerEmpty", "changeToner"],
      ["a full output tray", "output-full", "outputFull", "emptyOutput"],
      ["a pause at the panel", "paused", "pause", "resume"],
    ])(
      "%s: nothing is sent and the attendant is called; put right, it is ready again",
      async (_n, code, harm, mend) => {
        await bench.hand[harm]();
        await bench.advance(SETTLED);
        expect(status()).toMatchObject({
          readiness: "unavailable",
          conditions: [{ code, severity: "fault", who: "attendant" }],
        });
        expect(await finish()).toMatchObject({ outcome: "error", error: { code: `page-printer.${code}` } });
        await bench.hand[mend]();
        await bench.advance(PRINTED);
        expect(status()).toMatchObject({ readiness: "ready", conditions: [] });
        expect(bench.printed()).toBe(0);
      },
    );

    test("a reset asks it anew: an error while it is away, ok and in service as soon as it is there, and no job is lost by it", async () => {
      const job = await begin();
      await bench.hand.powerOff();
      const asked = bench.printer.reset();
      await bench.advance(SETTLED);
      expect(await asked).toMatchObject({ outcome: "error" });
      expect(isOffered(status())).toBe(false);
      await bench.hand.powerOn();
      await bench.advance(SETTLED);
      const again = bench.printer.reset();
      await bench.advance(SETTLED);
      expect(await again).toEqual({ outcome: "ok", value: undefined });
      expect(isOffered(status())).toBe(true);
      await bench.advance(3 * PRINTED);
      expect(job.outcome).toBeDefined();
    });

    test("without paper nothing is sent, so that nothing comes out when paper is loaded", async () => {
      await bench.leaveSheets(0);
      expect(await finish()).toMatchObject({ outcome: "error", error: { code: "page-printer.media-empty" } });
      await bench.hand.loadPaper();
      await bench.advance(PRINTED);
      expect(bench.printed()).toBe(0);
    });

    test("paper out in the middle: the document waits for the attendant and is then printed whole", async () => {
      await bench.leaveSheets(1);
      const progress: string[] = [];
      const job = await begin({ onProgress: (step) => progress.push(step) });
      await bench.advance(PRINTED);
      expect(job.outcome).toBeUndefined();
      expect(codes()).toContain("media-empty");
      await bench.hand.loadPaper();
      await bench.advance(PRINTED);
      expect(job.outcome).toMatchObject({ outcome: "ok", value: { printed: 3 } });
      expect(progress).toEqual(["sent", "printing", "stopped", "printing", "printed"]);
    });

    test("paper out in the middle and nobody comes: cancelled at the printer, so that nothing comes out later", async () => {
      await bench.leaveSheets(1);
      const job = await begin();
      await bench.advance(140_000);
      expect(job.outcome).toMatchObject({
        outcome: "error",
        error: { code: "page-printer.media-empty", message: expect.stringContaining("1 of 3 pages out") },
      });
      await bench.hand.loadPaper();
      await bench.advance(PRINTED);
      expect(bench.printed()).toBe(0);
    });

    test("a jam in the middle, cleared: the document goes on", async () => {
      const job = await begin();
      await bench.hand.jam();
      await bench.advance(10_000);
      expect(job.outcome).toBeUndefined();
      expect(codes()).toEqual(["media-jam"]);
      await bench.hand.clearJam();
      await bench.advance(PRINTED);
      expect(job.outcome).toMatchObject({ outcome: "ok" });
    });

    test("little toner is a warning for the attendant and stops nothing", async () => {
      await bench.hand.tonerLow();
      await bench.advance(SETTLED);
      expect(status()).toMatchObject({
        readiness: "ready",
        conditions: [{ code: "toner-low", severity: "warning", who: "attendant" }],
      });
      expect(await finish()).toMatchObject({ outcome: "ok" });
    });

    test("a condition keeps the time at which it began", async () => {
      await bench.hand.openCover();
      await bench.advance(SETTLED);
      const since = status().conditions[0]?.since;
      await bench.advance(SETTLED);
      expect(status().conditions[0]?.since).toBe(since);
    });

    test("switched off in the middle: unknown, and never sent again by itself", async () => {
      const job = await begin();
      await bench.hand.powerOff();
      await bench.advance(500);
      await bench.hand.powerOn();
      await bench.advance(60_000);
      expect(job.outcome).toMatchObject({ outcome: "unknown" });
      expect(bench.printed()).toBe(0);
      expect(status()).toMatchObject({ link: "connected", readiness: "ready" });
    });

    test("the network away for a moment in the middle: the job is found again and confirmed", async () => {
      const job = await begin();
      await bench.hand.unplug();
      await bench.advance(SETTLED);
      expect(status().link).toBe("absent");
      expect(job.outcome).toBeUndefined();
      await bench.hand.plug();
      await bench.advance(PRINTED);
      expect(job.outcome).toMatchObject({ outcome: "ok", value: { printed: 3 } });
      expect(bench.printed()).toBe(1);
    });

    test("the network away for long in the middle: unknown; asked later, the printer says what became of it", async () => {
      const job = await begin({ intent: "folio-1" });
      await bench.hand.unplug();
      await bench.advance(60_000);
      expect(job.outcome).toMatchObject({ outcome: "unknown", error: { code: "link.absent" } });
      await bench.hand.plug();
      await bench.advance(SETTLED);
      const recalled = bench.printer.recall("folio-1");
      await bench.advance(SETTLED);
      expect(await recalled).toMatchObject({ outcome: "ok", value: { printed: 3 } });
      expect(bench.printed()).toBe(1);
    });

    test("asked for an intent that it never saw: unknown", async () => {
      const recalled = bench.printer.recall("folio-2");
      await bench.advance(SETTLED);
      expect(await recalled).toMatchObject({ outcome: "unknown", error: { code: "page-printer.job-unknown" } });
    });

    test("asked to print while it is away: an error, certain that nothing was printed", async () => {
      await bench.hand.unplug();
      expect(await finish()).toMatchObject({ outcome: "error", error: { code: "link.absent" } });
      await bench.hand.plug();
      await bench.advance(PRINTED);
      expect(bench.printed()).toBe(0);
      expect(status()).toMatchObject({ link: "connected", readiness: "ready" });
    });

    test("cancelled before anything was sent, or in the middle: an error, and nothing more comes out", async () => {
      expect(await finish({ signal: AbortSignal.abort() })).toMatchObject({
        outcome: "error",
        error: { code: "common.cancelled" },
      });
      const controller = new AbortController();
      const job = await begin({ signal: controller.signal });
      controller.abort();
      await bench.advance(3_000);
      expect(job.outcome).toMatchObject({ outcome: "error", error: { code: "page-printer.job-cancelled" } });
      await bench.advance(PRINTED);
      expect(bench.printed()).toBe(0);
    });

    test("stopping the driver ends a document under way as unknown", async () => {
      const job = await begin();
      const stopped = bench.printer.stop();
      await bench.advance(500);
      await stopped;
      expect(job.outcome).toMatchObject({ outcome: "unknown", error: { code: "link.lost" } });
    });

    test("what is no PDF is refused before the printer is spoken to", async () => {
      const outcome = await bench.printer.print({ pdf: new TextEncoder().encode("<html>") });
      expect(outcome).toMatchObject({ outcome: "error", error: { code: "page-printer.bad-document" } });
    });
  },
);
