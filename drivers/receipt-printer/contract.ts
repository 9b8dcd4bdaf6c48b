import { afterEach, beforeEach, expect, test } from "vitest";
import type { Outcome } from "../../base/outcome.ts";
import { contractSuite } from "../contract-suite.ts";
import { StatusHistory } from "../first-status.suite.ts";
import type { ReceiptDocument } from "./document.ts";
import type { PrinterConditionCode, PrintOptions, PrintResult, ReceiptPrinter } from "./interface.ts";

/** A printer and the hand that stands beside it: a simulator's actions, or a person's in the hardware lab. */
export type PrinterBench = {
  readonly printer: ReceiptPrinter;
  /** Lets time pass, milliseconds: simulated, or of the clock on the wall. */
  readonly advance: (milliseconds: number) => Promise<void>;
  /** Lets time pass until it is so, but not longer than a printer that keeps its promise needs, milliseconds. */
  readonly until: (holds: () => boolean, within: number) => Promise<void>;
  /** Lets so much time pass that whatever would happen by itself has happened. */
  readonly rest: () => Promise<void>;
  readonly hand: { readonly [verb in HandVerb]: () => void | Promise<void> };
  /** Paper for this many more lines. */
  readonly leaveLines: (lines: number) => void;
  /** Whether a ticket has begun to come out and is not cut yet. */
  readonly halfway: () => boolean;
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
/** What a signal or a pulled cable takes effect in, milliseconds. */
const AT_ONCE = 10;
/** The longest ticket, milliseconds. */
const PRINTED = 30_000;
/** Longer than an operator is waited for, milliseconds. */
const NOBODY_COMES = 200_000;

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
export const receiptPrinterContract = contractSuite("receipt-printer", (makeBench: () => Promise<PrinterBench>) => {
  let bench: PrinterBench;
  const status = () => bench.printer.status.value;
  const codes = () => status().conditions.map(({ code }) => code as PrinterConditionCode);
  const ready = (within: number) => bench.until(() => status().readiness === "ready" && !status().provisional, within);
  const shows = (code: PrinterConditionCode, within: number) => bench.until(() => codes().includes(code), within);
  const halfway = () => bench.until(() => bench.halfway(), 1_000);

  beforeEach(async () => {
    bench = await makeBench();
    await ready(SETTLED);
  });

  afterEach(() => bench.stop());

  /** Starts a print and remembers its end, so that a test can act meanwhile. */
  function begin(document: ReceiptDocument, options?: PrintOptions) {
    const job: { outcome?: Outcome<PrintResult> } = {};
    void bench.printer.print(document, options).then((outcome) => {
      job.outcome = outcome;
    });
    return job;
  }

  const ended = (job: { readonly outcome?: Outcome<PrintResult> }, within: number) =>
    bench.until(() => job.outcome !== undefined, within);

  async function finish(document: ReceiptDocument, options?: PrintOptions): Promise<Outcome<PrintResult> | undefined> {
    const job = begin(document, options);
    await ended(job, PRINTED);
    return job.outcome;
  }

  async function reset(within = SETTLED): Promise<Outcome<void> | undefined> {
    const resetting: { outcome?: Outcome<void> } = {};
    void bench.printer.reset().then((outcome) => {
      resetting.outcome = outcome;
    });
    await bench.until(() => resetting.outcome !== undefined, within);
    return resetting.outcome;
  }

  test("is ready, without conditions, and no longer provisional soon after it was connected", () => {
    expect(status()).toMatchObject({ link: "connected", readiness: "ready", conditions: [], provisional: false });
  });

  test("a ticket is printed once, with its accents, and the printer itself confirms it", async () => {
    const outcome = await finish(SHORT);
    expect(outcome).toMatchObject({ outcome: "ok", value: { printed: 1, confirmed: true } });
    await bench.rest();
    expect(bench.tickets().map((text) => text.trim())).toEqual(["Atención N° 12: ¿señora Núñez?"]);
  });

  test("progress comes in order, and the printer is busy meanwhile", async () => {
    const progress: string[] = [];
    const job = begin(LONG, { onProgress: (step) => progress.push(step) });
    await bench.until(() => status().readiness === "busy", 50);
    expect(status().readiness).toBe("busy");
    await ended(job, PRINTED);
    expect(progress.slice(0, 2)).toEqual(["sent", "printed"]);
    expect(status().readiness).toBe("ready");
  });

  test("two tickets asked for at once come out whole, one after the other", async () => {
    const first = begin(LONG);
    const second = begin(SHORT);
    const over = () => first.outcome !== undefined && second.outcome !== undefined;
    const inMouth = () => bench.printer.capabilities.presenter && codes().includes("ticket-in-mouth");
    for (let step = 0; step < 12 && !over(); step++) {
      await bench.until(() => over() || inMouth(), 5_000);
      if (!inMouth()) continue;
      await bench.hand.takeTicket();
      await bench.until(() => !inMouth(), 5_000);
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
    await bench.rest();
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
    await shows("paper-end", PRINTED);
    expect(codes()).toContain("paper-end");
    await bench.rest();
    expect(job.outcome).toBeUndefined();
    await bench.hand.loadPaper();
    await ended(job, PRINTED);
    expect(job.outcome).toMatchObject({ outcome: "ok", value: { confirmed: true } });
    expect(bench.tickets()[0]).toContain("línea 60 de sesenta");
  });

  test("paper out in the middle and nobody comes: unknown, because the printer may still go on", async () => {
    bench.leaveLines(10);
    const job = begin(LONG);
    await ended(job, NOBODY_COMES);
    expect(job.outcome).toMatchObject({ outcome: "unknown", error: { code: "printer.paper-end" } });
  });

  test("a cover opened in the middle and closed again: the ticket goes on", async () => {
    const job = begin(LONG);
    await halfway();
    await bench.hand.openCover();
    await shows("cover-open", PRINTED);
    await bench.rest();
    expect(job.outcome).toBeUndefined();
    await bench.hand.closeCover();
    await ended(job, PRINTED);
    expect(job.outcome).toMatchObject({ outcome: "ok" });
  });

  test("a hot head: the ticket waits until it has cooled down, and nobody has to act", async () => {
    const job = begin(LONG);
    await halfway();
    await bench.hand.headHot();
    await shows("head-hot", 5_000);
    expect(status().conditions).toMatchObject([{ code: "head-hot", who: "none" }]);
    expect(job.outcome).toBeUndefined();
    await bench.hand.headCool();
    await ended(job, PRINTED);
    expect(job.outcome).toMatchObject({ outcome: "ok" });
  });

  test("a jam in the middle ends the ticket as unknown, at once", async () => {
    const job = begin(LONG);
    await halfway();
    await bench.hand.jam();
    await ended(job, 3_000);
    expect(job.outcome).toMatchObject({ outcome: "unknown" });
    expect(status()).toMatchObject({ readiness: "unavailable" });
  });

  test("a blocked cutter calls the technician; freed and reset, it prints again", async () => {
    await bench.hand.cutterFault();
    expect(await finish(SHORT)).toMatchObject({
      outcome: "error",
      error: { code: "printer.cutter-fault", who: "technician" },
    });
    await bench.hand.freeCutter();
    expect(await reset()).toMatchObject({ outcome: "ok" });
    expect(await finish(SHORT)).toMatchObject({ outcome: "ok" });
  });

  test("a printer that hangs is back in service after a reset", async () => {
    bench.hang?.();
    if (bench.hang !== undefined) await shows("not-answering", 10_000);
    const history = new StatusHistory(bench.printer);
    expect(await reset()).toEqual({ outcome: "ok", value: undefined });
    await ready(SETTLED);
    expect(status()).toMatchObject({ readiness: "ready", conditions: [], provisional: false });
    history.expectRuleKept();
    expect(await finish(SHORT)).toMatchObject({ outcome: "ok", value: { printed: 1 } });
  });

  test("a printer that is not there cannot be reset, and the reset has an end", async () => {
    await bench.hand.unplug();
    await bench.until(() => status().link === "absent", AT_ONCE);
    expect(await reset(10_000)).toMatchObject({ outcome: "error", error: { code: "link.absent" } });
  });

  test("a reset of a printer that waits for paper ends the ticket as unknown, and nothing of it comes out later", async () => {
    bench.leaveLines(10);
    const job = begin(LONG);
    await shows("paper-end", 5_000);
    expect(await reset()).toMatchObject({ outcome: "ok" });
    expect(job.outcome).toMatchObject({ outcome: "unknown", error: { code: "printer.reset-meanwhile" } });
    await bench.hand.loadPaper();
    await bench.rest();
    expect(bench.tickets()).toEqual([]);
  });

  test("little paper is a warning for the attendant and stops nothing", async () => {
    await bench.hand.paperNearEnd();
    await shows("paper-near-end", 5_000);
    expect(status()).toMatchObject({
      readiness: "ready",
      conditions: [{ code: "paper-near-end", severity: "warning", who: "attendant" }],
    });
    expect(await finish(SHORT)).toMatchObject({ outcome: "ok" });
  });

  test("a condition keeps the time at which it began", async () => {
    await bench.hand.openCover();
    await shows("cover-open", 5_000);
    const { since } = status().conditions[0] ?? {};
    expect(typeof since).toBe("number");
    await bench.rest();
    expect(status().conditions[0]?.since).toBe(since);
  });

  test("a power cycle in the middle: unknown, and never sent again by itself", async () => {
    const job = begin(LONG);
    await halfway();
    await bench.hand.powerOff();
    await bench.advance(500);
    await bench.hand.powerOn();
    await ended(job, 60_000);
    expect(job.outcome).toMatchObject({ outcome: "unknown" });
    await bench.rest();
    await ready(PRINTED);
    expect(bench.tickets()).toEqual([]);
    expect(status().readiness).toBe("ready");
  });

  test("after a ticket that ended in doubt, its remains are cut off before the next one", async () => {
    const job = begin(LONG);
    await halfway();
    await bench.advance(400);
    await bench.hand.powerOff();
    await bench.advance(500);
    await bench.hand.powerOn();
    await ended(job, 60_000);
    await ready(PRINTED);
    expect(await finish(SHORT)).toMatchObject({ outcome: "ok" });
    expect(bench.tickets().at(-1)).not.toContain("sesenta");
  });

  test("unplugged in the middle: unknown at once; replugged, back in service without a restart", async () => {
    const job = begin(LONG);
    await halfway();
    await bench.hand.unplug();
    await bench.until(() => job.outcome !== undefined && status().link === "absent", AT_ONCE);
    expect(job.outcome).toMatchObject({ outcome: "unknown", error: { code: "link.lost" } });
    expect(status()).toMatchObject({ link: "absent", readiness: "unavailable" });
    await bench.rest();
    await bench.hand.plug();
    await ready(1_000);
    expect(status()).toMatchObject({ link: "connected", readiness: "ready" });
  });

  test("asked to print while it is unplugged: an error, certain that nothing was printed", async () => {
    await bench.hand.unplug();
    await bench.until(() => status().link === "absent", AT_ONCE);
    expect(await finish(SHORT)).toMatchObject({ outcome: "error", error: { code: "link.absent" } });
    await bench.hand.plug();
    await bench.rest();
    expect(bench.tickets()).toEqual([]);
  });

  test("switched off: not answering, within a few seconds, and ready again by itself", async () => {
    await bench.hand.powerOff();
    await shows("not-answering", 8_000);
    expect(codes()).toEqual(["not-answering"]);
    expect(await finish(SHORT)).toMatchObject({ outcome: "error", error: { code: "printer.not-answering" } });
    await bench.hand.powerOn();
    await ready(8_000);
    expect(status()).toMatchObject({ readiness: "ready", conditions: [] });
  });

  test("cancelled before anything was sent it is an error; cancelled in the middle it is unknown", async () => {
    const early = await finish(SHORT, { signal: AbortSignal.abort() });
    expect(early).toMatchObject({ outcome: "error", error: { code: "common.cancelled" } });
    const controller = new AbortController();
    const late = begin(LONG, { signal: controller.signal });
    await halfway();
    controller.abort();
    await ended(late, AT_ONCE);
    expect(late.outcome).toMatchObject({ outcome: "unknown", error: { code: "common.cancelled" } });
  });

  test("stopping the driver ends a ticket under way as unknown", async () => {
    const job = begin(LONG);
    await halfway();
    await bench.printer.stop();
    await ended(job, AT_ONCE);
    expect(job.outcome).toMatchObject({ outcome: "unknown", error: { code: "link.lost" } });
  });
});
