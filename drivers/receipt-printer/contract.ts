import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Outcome } from "../../base/outcome.ts";
import { StatusHistory } from "../first-status.suite.ts";
import type { ReceiptDocument } from "./document.ts";
import type { PrinterConditionCode, PrintOptions, PrintResult, ReceiptPrinter } from "./interface.ts";

/** A printer and the hand that stands beside it: a simulator's actions, or a person's in the hardware lab. */
export type PrinterBench = {
  readonly printer: ReceiptPrinter;
  /** Lets time pass, milliseconds. */
  readonly advance: (milliseconds: number) => Promise<void>;
  readonly hand: { readonly [verb in HandVerb]: () => void | Promise<void> };
  /** Paper for this many more lines. */
  readonly leaveLines: (lines: number) => void;
  /** The texts of the tickets that came out whole, oldest first. */
  readonly tickets: () => readonly string[];
  /** Nothing passes either way until the line is opened anew; absent where that cannot be played. */
  readonly hang?: () => void;
  readonly stop: () => Promise<void>;
};

export type HandVerb =
  | "loadPaper"
  | "openCover"
  | "closeCover"
  | "jam"
  | "cutterFault"
  | "freeCutter"
  | "headHot"
  | "headCool"
  | "clearFaults"
  | "powerOff"
  | "powerOn"
  | "unplug"
  | "plug"
  | "paperNearEnd"
  | "takeTicket";

export const SHORT: ReceiptDocument = { blocks: [{ type: "text", text: "Atención N° 12: ¿señora Núñez?" }] };
export const LONG: ReceiptDocument = {
  blocks: Array.from({ length: 60 }, (_, line) => ({ type: "text", text: `línea ${line + 1} de sesenta` })),
};

const SETTLED = 1_500;

/** A ticket and a question: what is recorded of a model and replayed to its driver afterwards. */
export async function printerScenario(
  printer: ReceiptPrinter,
  { advance }: Pick<PrinterBench, "advance">,
): Promise<void> {
  await advance(SETTLED);
  expect(printer.status.value).toMatchObject({ link: "connected", readiness: "ready", provisional: false });
  const printing = printer.print(SHORT);
  await advance(30_000);
  expect(await printing).toMatchObject({ outcome: "ok", value: { printed: 1, confirmed: true } });
  const asking = printer.refresh();
  await advance(SETTLED);
  expect(await asking).toEqual({ outcome: "ok", value: undefined });
}

/** What every receipt printer promises, whatever its model. */
export function receiptPrinterContract(name: string, makeBench: () => Promise<PrinterBench>): void {
  describe(`receipt printer contract: ${name}`, () => {
    let bench: PrinterBench;

    beforeEach(async () => {
      bench = await makeBench();
      await bench.advance(SETTLED);
    });

    afterEach(() => bench.stop());

    const codes = () => bench.printer.status.value.conditions.map(({ code }) => code as PrinterConditionCode);

    /** Starts a print and remembers its end, so that a test can act meanwhile. */
    function begin(document: ReceiptDocument, options?: PrintOptions) {
      const job: { outcome?: Outcome<PrintResult> } = {};
      void bench.printer.print(document, options).then((outcome) => {
        job.outcome = outcome;
      });
      return job;
    }

    async function finish(
      document: ReceiptDocument,
      options?: PrintOptions,
    ): Promise<Outcome<PrintResult> | undefined> {
      const job = begin(document, options);
      await bench.advance(30_000);
      return job.outcome;
    }

    test("is ready, without conditions, and no longer provisional soon after it was connected", () => {
      expect(bench.printer.status.value).toMatchObject({
        link: "connected",
        readiness: "ready",
        conditions: [],
        provisional: false,
      });
    });

    test("a ticket is printed once, with its accents, and the printer itself confirms it", async () => {
      const outcome = await finish(SHORT);
      expect(outcome).toMatchObject({ outcome: "ok", value: { printed: 1, confirmed: true } });
      expect(bench.tickets().map((text) => text.trim())).toEqual(["Atención N° 12: ¿señora Núñez?"]);
    });

    test("progress comes in order, and the printer is busy meanwhile", async () => {
      const progress: string[] = [];
      begin(LONG, { onProgress: (step) => progress.push(step) });
      await bench.advance(50);
      expect(bench.printer.status.value.readiness).toBe("busy");
      await bench.advance(30_000);
      expect(progress.slice(0, 2)).toEqual(["sent", "printed"]);
      expect(bench.printer.status.value.readiness).toBe("ready");
    });

    test("two tickets asked for at once come out whole, one after the other", async () => {
      const first = begin(LONG);
      const second = begin(SHORT);
      await bench.advance(bench.printer.capabilities.presenter ? 1_000 : 0);
      for (let step = 0; step < 12; step++) {
        await bench.advance(5_000);
        if (bench.printer.capabilities.presenter && codes().includes("ticket-in-mouth")) await bench.hand.takeTicket();
      }
      expect([first.outcome?.outcome, second.outcome?.outcome]).toEqual(["ok", "ok"]);
      expect(bench.tickets()).toHaveLength(2);
      expect(bench.tickets()[0]).toContain("línea 60 de sesenta");
    });

    test("without paper nothing is sent, and the error says so", async () => {
      bench.leaveLines(0);
      const outcome = await finish(SHORT);
      expect(outcome).toMatchObject({ outcome: "error", error: { code: "printer.paper-end", who: "attendant" } });
      await bench.hand.loadPaper();
      await bench.advance(30_000);
      expect(bench.tickets()).toEqual([]);
    });

    test("an open cover outranks the end of the paper", async () => {
      bench.leaveLines(0);
      await bench.hand.openCover();
      expect(await finish(SHORT)).toMatchObject({ outcome: "error", error: { code: "printer.cover-open" } });
      expect(codes()).toEqual(["cover-open"]);
    });

    test("paper out in the middle: the ticket waits for the attendant and is then printed whole", async () => {
      bench.leaveLines(10);
      const job = begin(LONG);
      await bench.advance(20_000);
      expect(job.outcome).toBeUndefined();
      expect(codes()).toContain("paper-end");
      await bench.hand.loadPaper();
      await bench.advance(20_000);
      expect(job.outcome).toMatchObject({ outcome: "ok", value: { confirmed: true } });
      expect(bench.tickets()[0]).toContain("línea 60 de sesenta");
    });

    test("paper out in the middle and nobody comes: unknown, because the printer may still go on", async () => {
      bench.leaveLines(10);
      const job = begin(LONG);
      await bench.advance(200_000);
      expect(job.outcome).toMatchObject({ outcome: "unknown", error: { code: "printer.paper-end" } });
    });

    test("a cover opened in the middle and closed again: the ticket goes on", async () => {
      const job = begin(LONG);
      await bench.advance(400);
      await bench.hand.openCover();
      await bench.advance(10_000);
      expect(job.outcome).toBeUndefined();
      await bench.hand.closeCover();
      await bench.advance(20_000);
      expect(job.outcome).toMatchObject({ outcome: "ok" });
    });

    test("a hot head: the ticket waits until it has cooled down, and nobody has to act", async () => {
      const job = begin(LONG);
      await bench.advance(400);
      await bench.hand.headHot();
      await bench.advance(5_000);
      expect(bench.printer.status.value.conditions).toMatchObject([{ code: "head-hot", who: "none" }]);
      await bench.hand.headCool();
      await bench.advance(20_000);
      expect(job.outcome).toMatchObject({ outcome: "ok" });
    });

    test("a jam in the middle ends the ticket as unknown, at once", async () => {
      const job = begin(LONG);
      await bench.advance(400);
      await bench.hand.jam();
      await bench.advance(3_000);
      expect(job.outcome).toMatchObject({ outcome: "unknown" });
      expect(bench.printer.status.value).toMatchObject({ readiness: "unavailable" });
    });

    test("a blocked cutter calls the technician; freed and reset, it prints again", async () => {
      await bench.hand.cutterFault();
      expect(await finish(SHORT)).toMatchObject({
        outcome: "error",
        error: { code: "printer.cutter-fault", who: "technician" },
      });
      await bench.hand.freeCutter();
      const reset = bench.printer.reset();
      await bench.advance(SETTLED);
      expect(await reset).toMatchObject({ outcome: "ok" });
      expect(await finish(SHORT)).toMatchObject({ outcome: "ok" });
    });

    test("a printer that hangs is back in service after a reset", async () => {
      bench.hang?.();
      await bench.advance(10_000);
      if (bench.hang !== undefined) expect(codes()).toEqual(["not-answering"]);
      const history = new StatusHistory(bench.printer);
      const reset = bench.printer.reset();
      await bench.advance(SETTLED);
      expect(await reset).toEqual({ outcome: "ok", value: undefined });
      await bench.advance(SETTLED);
      expect(bench.printer.status.value).toMatchObject({ readiness: "ready", conditions: [], provisional: false });
      history.expectRuleKept();
      expect(await finish(SHORT)).toMatchObject({ outcome: "ok", value: { printed: 1 } });
    });

    test("a printer that is not there cannot be reset, and the reset has an end", async () => {
      await bench.hand.unplug();
      await bench.advance(SETTLED);
      const reset = bench.printer.reset();
      await bench.advance(10_000);
      expect(await reset).toMatchObject({ outcome: "error", error: { code: "link.absent" } });
    });

    test("a reset of a printer that waits for paper ends the ticket as unknown, and nothing of it comes out later", async () => {
      bench.leaveLines(10);
      const job = begin(LONG);
      await bench.advance(5_000);
      const reset = bench.printer.reset();
      await bench.advance(SETTLED);
      expect(await reset).toMatchObject({ outcome: "ok" });
      expect(job.outcome).toMatchObject({ outcome: "unknown", error: { code: "printer.reset-meanwhile" } });
      await bench.hand.loadPaper();
      await bench.advance(20_000);
      expect(bench.tickets()).toEqual([]);
    });

    test("little paper is a warning for the attendant and stops nothing", async () => {
      await bench.hand.paperNearEnd();
      await bench.advance(5_000);
      expect(bench.printer.status.value).toMatchObject({
        readiness: "ready",
        conditions: [{ code: "paper-near-end", severity: "warning", who: "attendant" }],
      });
      expect(await finish(SHORT)).toMatchObject({ outcome: "ok" });
    });

    test("a condition keeps the time at which it began", async () => {
      await bench.hand.openCover();
      await bench.advance(5_000);
      const since = bench.printer.status.value.conditions[0]?.since;
      await bench.advance(10_000);
      expect(bench.printer.status.value.conditions[0]?.since).toBe(since);
    });

    test("a power cycle in the middle: unknown, and never sent again by itself", async () => {
      const job = begin(LONG);
      await bench.advance(400);
      await bench.hand.powerOff();
      await bench.advance(500);
      await bench.hand.powerOn();
      await bench.advance(60_000);
      expect(job.outcome).toMatchObject({ outcome: "unknown" });
      expect(bench.tickets()).toEqual([]);
      expect(bench.printer.status.value.readiness).toBe("ready");
    });

    test("after a ticket that ended in doubt, its remains are cut off before the next one", async () => {
      begin(LONG);
      await bench.advance(1_000);
      await bench.hand.powerOff();
      await bench.advance(500);
      await bench.hand.powerOn();
      await bench.advance(60_000);
      expect(await finish(SHORT)).toMatchObject({ outcome: "ok" });
      expect(bench.tickets().at(-1)).not.toContain("sesenta");
    });

    test("unplugged in the middle: unknown at once; replugged, back in service without a restart", async () => {
      const job = begin(LONG);
      await bench.advance(300);
      await bench.hand.unplug();
      await bench.advance(10);
      expect(job.outcome).toMatchObject({ outcome: "unknown", error: { code: "link.lost" } });
      expect(bench.printer.status.value).toMatchObject({ link: "absent", readiness: "unavailable" });
      await bench.advance(5_000);
      await bench.hand.plug();
      await bench.advance(1_000);
      expect(bench.printer.status.value).toMatchObject({ link: "connected", readiness: "ready" });
    });

    test("asked to print while it is unplugged: an error, certain that nothing was printed", async () => {
      await bench.hand.unplug();
      expect(await finish(SHORT)).toMatchObject({ outcome: "error", error: { code: "link.absent" } });
      await bench.hand.plug();
      await bench.advance(10_000);
      expect(bench.tickets()).toEqual([]);
    });

    test("switched off: not answering, within a few seconds, and ready again by itself", async () => {
      await bench.hand.powerOff();
      await bench.advance(8_000);
      expect(codes()).toEqual(["not-answering"]);
      expect(await finish(SHORT)).toMatchObject({ outcome: "error", error: { code: "printer.not-answering" } });
      await bench.hand.powerOn();
      await bench.advance(8_000);
      expect(bench.printer.status.value).toMatchObject({ readiness: "ready", conditions: [] });
    });

    test("cancelled before anything was sent it is an error; cancelled in the middle it is unknown", async () => {
      const early = begin(SHORT, { signal: AbortSignal.abort() });
      await bench.advance(SETTLED);
      expect(early.outcome).toMatchObject({ outcome: "error", error: { code: "common.cancelled" } });
      const controller = new AbortController();
      const late = begin(LONG, { signal: controller.signal });
      await bench.advance(300);
      controller.abort();
      await bench.advance(10);
      expect(late.outcome).toMatchObject({ outcome: "unknown", error: { code: "common.cancelled" } });
    });

    test("stopping the driver ends a ticket under way as unknown", async () => {
      const job = begin(LONG);
      await bench.advance(300);
      await bench.printer.stop();
      await bench.advance(10);
      expect(job.outcome).toMatchObject({ outcome: "unknown", error: { code: "link.lost" } });
    });
  });
}
