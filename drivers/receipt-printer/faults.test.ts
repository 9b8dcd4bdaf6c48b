import { afterEach, describe, expect, test } from "vitest";
import { fromHex } from "../../base/bytes/bytes.ts";
import type { LogRecord } from "../../base/log.ts";
import { createLogger } from "../../base/log.ts";
import type { Outcome } from "../../base/outcome.ts";
import { createMemoryBench, type MemoryBench } from "../../simulators/receipt-printer/bench.ts";
import { LONG, SHORT } from "./contract.ts";
import type { ReceiptDocument } from "./document.ts";
import { createReceiptPrinter, type PrinterDriverOptions } from "./driver.ts";
import type { PrintOptions, PrintResult, ReceiptPrinter } from "./interface.ts";
import { CUSTOM_VKP80, EPSON_TM, type PrinterProfile } from "./profile.ts";

const LINE_RATE = 38_400;

let bench: MemoryBench & { printer: ReceiptPrinter; log: LogRecord[] };

async function connect(profile: PrinterProfile, options: Partial<PrinterDriverOptions> = {}, faults: string[] = []) {
  const memory = await createMemoryBench(profile.model, LINE_RATE);
  for (const fault of faults) memory.act("fault", { fault });
  const log: LogRecord[] = [];
  const printer = createReceiptPrinter({
    id: "printer",
    profile,
    open: memory.wire.open,
    clock: memory.clock,
    random: () => 0.4,
    log: createLogger("test", (record) => log.push(record)),
    lineRate: LINE_RATE,
    ...options,
  });
  printer.start();
  bench = { ...memory, printer, log };
  await bench.clock.advance(1_000);
}

function begin(document: ReceiptDocument, options?: PrintOptions): { outcome?: Outcome<PrintResult> } {
  const job: { outcome?: Outcome<PrintResult> } = {};
  void bench.printer.print(document, options).then((outcome) => {
    job.outcome = outcome;
  });
  return job;
}

async function finish(document: ReceiptDocument, options?: PrintOptions): Promise<Outcome<PrintResult> | undefined> {
  const job = begin(document, options);
  await bench.clock.advance(30_000);
  return job.outcome;
}

const confirmations = () =>
  bench.log.flatMap(({ event, fields }) => (event === "printer.job-ended" ? fields.confirmation : []));
const strays = () => bench.log.flatMap(({ event, fields }) => (event === "printer.stray-reply" ? fields.reply : []));
const texts = () => bench.simulator.tickets.map(({ text }) => text.trim());

afterEach(async () => {
  await bench.printer.stop();
  await bench.simulator.stop();
  await bench.clock.advance(0);
  expect(bench.clock.pending, "timers left behind").toBe(0);
});

describe("a printer that does not answer as it should", () => {
  test("no reply at all: a kiosk sends nothing and says so", async () => {
    await connect(EPSON_TM, {}, ["noReply"]);
    expect(await finish(SHORT)).toMatchObject({ outcome: "error", error: { code: "printer.not-answering" } });
    expect(texts()).toEqual([]);
    expect(bench.printer.status.value).toMatchObject({
      readiness: "unavailable",
      conditions: [{ code: "not-answering" }],
    });
  });

  test("no reply at all, and told to send all the same: the ticket comes out, the outcome is unknown", async () => {
    await connect(EPSON_TM, { sendWhenSilent: true }, ["noReply"]);
    expect(await finish(SHORT)).toMatchObject({ outcome: "unknown", error: { code: "printer.not-answering" } });
    expect(texts()).toHaveLength(1);
  });

  test("half a process-id reply confirms nothing", async () => {
    await connect(EPSON_TM);
    bench.act("fault", { fault: "halfReply" });
    expect(await finish(SHORT)).toMatchObject({ outcome: "ok", value: { printed: 1, confirmed: false } });
  });

  test("half a reply from a printer that has confirmed before: unknown", async () => {
    await connect(EPSON_TM);
    expect(await finish(SHORT)).toMatchObject({ outcome: "ok", value: { confirmed: true } });
    bench.act("fault", { fault: "halfReply" });
    expect(await finish(SHORT)).toMatchObject({ outcome: "unknown", error: { code: "printer.not-confirmed" } });
  });

  test("a reply with another id does not count; the buffered status after it does", async () => {
    await connect(EPSON_TM);
    bench.act("fault", { fault: "wrongId" });
    expect(await finish(SHORT)).toMatchObject({ outcome: "ok", value: { confirmed: true } });
    expect(strays()).toEqual(["process-id"]);
    expect(confirmations()).toEqual(["buffered-status"]);
  });

  test("status bytes inside ids: an id of four 32 is no open cover and no end of paper", async () => {
    const digit = 0x32 - 0x21;
    const id = digit * (1 + 94 + 94 ** 2 + 94 ** 3);
    await connect(EPSON_TM, { random: () => (id + 0.5) / 94 ** 4 });
    expect(await finish(SHORT)).toMatchObject({ outcome: "ok", value: { confirmed: true } });
    expect(confirmations()).toEqual(["process-id"]);
    expect(bench.log.filter(({ event }) => event === "device.condition")).toEqual([]);
  });

  test("XOFF and XON inside every reply", async () => {
    await connect(EPSON_TM, {}, ["flowInsideReplies"]);
    expect(await finish(SHORT)).toMatchObject({ outcome: "ok", value: { confirmed: true } });
    expect(confirmations()).toEqual(["process-id"]);
  });

  test("a clone that skips GS ( H is confirmed by GS r", async () => {
    await connect(EPSON_TM, {}, ["noProcessId"]);
    expect(await finish(SHORT)).toMatchObject({ outcome: "ok", value: { confirmed: true } });
    expect(confirmations()).toEqual(["buffered-status"]);
  });

  test("a printer that answers DLE EOT and nothing else: printed, unconfirmed, within five seconds", async () => {
    await connect(EPSON_TM, {}, ["onlyRealTime"]);
    const job = begin(SHORT);
    await bench.clock.advance(5_000);
    expect(job.outcome).toMatchObject({ outcome: "ok", value: { printed: 1, confirmed: false } });
  });

  test("a printer without Custom's full status is not asked for it again and again", async () => {
    await connect({ ...EPSON_TM, statusRequests: [1, 2, 3, 4, 20] });
    await bench.clock.advance(10_000);
    expect(bench.log.filter(({ event }) => event === "printer.request-unsupported")).toHaveLength(1);
    expect(bench.printer.status.value).toMatchObject({ readiness: "ready", conditions: [] });
  });

  test("garbage between the replies is harmless", async () => {
    await connect(EPSON_TM);
    const job = begin(LONG);
    for (let round = 0; round < 20; round++) {
      await bench.clock.advance(100);
      await bench.wire.write(fromHex("ff 80 05 9c fe"));
    }
    await bench.clock.advance(20_000);
    expect(job.outcome).toMatchObject({ outcome: "ok", value: { confirmed: true } });
  });
});

describe("a line that does not behave", () => {
  test("XOFF holds the ticket back, XON lets it go on", async () => {
    await connect(EPSON_TM);
    const job = begin(LONG);
    await bench.clock.advance(200);
    bench.act("holdLine");
    await bench.clock.advance(20_000);
    expect(job.outcome).toBeUndefined();
    bench.act("releaseLine");
    await bench.clock.advance(20_000);
    expect(job.outcome).toMatchObject({ outcome: "ok" });
  });

  test("XOFF for ever: unknown when the operator's time is over", async () => {
    await connect(EPSON_TM);
    const job = begin(LONG);
    await bench.clock.advance(200);
    bench.act("holdLine");
    await bench.clock.advance(121_000);
    expect(job.outcome).toMatchObject({ outcome: "unknown", error: { code: "printer.offline" } });
  });

  test("noise of a printer that is switched off is no confirmation", async () => {
    await connect(EPSON_TM, {}, ["noProcessId"]);
    const job = begin(SHORT);
    await bench.clock.advance(30);
    bench.act("powerOff");
    await bench.wire.write(fromHex("00 00 ff 00"));
    await bench.clock.advance(30_000);
    expect(job.outcome).toMatchObject({ outcome: "unknown", error: { code: "printer.not-answering" } });
  });

  test("an id on a connection that did not carry the ticket does not count", async () => {
    await connect(EPSON_TM);
    const job = begin(LONG);
    await bench.clock.advance(200);
    bench.act("unplug");
    bench.act("plug");
    await bench.clock.advance(1_000);
    await bench.wire.write(fromHex("37 22 21 21 21 21 00"));
    await bench.clock.advance(10_000);
    expect(job.outcome).toMatchObject({ outcome: "unknown", error: { code: "link.lost" } });
    expect(strays()).toContain("process-id");
  });

  const MEDIUM: ReceiptDocument = { blocks: LONG.blocks.slice(0, 20) };

  test("a late buffered status of an abandoned ticket does not confirm the next one", async () => {
    await connect(EPSON_TM, { timings: { operatorWithin: 5_000 } }, ["noProcessId"]);
    bench.act("paperEnd", { afterLines: 8 });
    const abandoned = begin(MEDIUM);
    await bench.clock.advance(20_000);
    expect(abandoned.outcome).toMatchObject({ outcome: "unknown", error: { code: "printer.paper-end" } });
    bench.act("loadPaper");
    let whole = 0;
    void bench.printer.print(LONG).then(() => {
      whole = texts().filter((text) => text.includes("línea 60")).length;
    });
    await bench.clock.advance(30_000);
    expect(whole).toBe(1);
  });

  test.each([EPSON_TM, CUSTOM_VKP80])(
    "the rest of a ticket that was given up does not come out when paper is loaded ($model)",
    async (profile) => {
      await connect(profile, { timings: { operatorWithin: 5_000 } });
      bench.act("paperEnd", { afterLines: 8 });
      const abandoned = begin(MEDIUM);
      await bench.clock.advance(20_000);
      expect(abandoned.outcome).toMatchObject({ outcome: "unknown", error: { code: "printer.paper-end" } });
      bench.act("loadPaper");
      await bench.clock.advance(30_000);
      expect(await finish(SHORT)).toMatchObject({ outcome: "ok" });
      expect(texts().join()).not.toContain("línea 19");
    },
  );

  test("after a reset, which takes unanswered requests with it, the next ticket is confirmed", async () => {
    await connect(EPSON_TM, {}, ["noProcessId"]);
    bench.act("paperEnd", { afterLines: 8 });
    begin(MEDIUM);
    await bench.clock.advance(5_000);
    void bench.printer.reset();
    await bench.clock.advance(1_000);
    bench.act("loadPaper");
    await bench.clock.advance(1_000);
    expect(await finish(SHORT)).toMatchObject({ outcome: "ok", value: { confirmed: true } });
  });
});

describe("the ticket in the mouth", () => {
  test("taken in time", async () => {
    await connect(CUSTOM_VKP80);
    const progress: string[] = [];
    const job = begin(SHORT, { takeWithin: 10_000, onProgress: (step) => progress.push(step) });
    await bench.clock.advance(5_000);
    expect(job.outcome).toBeUndefined();
    expect(bench.printer.status.value.conditions).toMatchObject([{ code: "ticket-in-mouth", who: "citizen" }]);
    bench.act("takeTicket");
    await bench.clock.advance(100);
    expect(job.outcome).toMatchObject({ outcome: "ok", value: { presented: "taken" } });
    expect(progress).toEqual(["sent", "printed", "presented", "taken"]);
  });

  test("not taken in time: retracted", async () => {
    await connect(CUSTOM_VKP80);
    expect(await finish(SHORT, { takeWithin: 5_000 })).toMatchObject({
      outcome: "ok",
      value: { presented: "retracted" },
    });
    expect(bench.simulator.tickets[0]?.place).toBe("retracted");
  });

  test("left by the citizen before: drawn in before the next ticket, so that nobody takes two", async () => {
    await connect(CUSTOM_VKP80);
    expect(await finish(SHORT)).toMatchObject({ outcome: "ok", value: { presented: "waiting" } });
    expect(await finish(LONG)).toMatchObject({ outcome: "ok", value: { presented: "waiting" } });
    expect(bench.simulator.tickets.map(({ place }) => place)).toEqual(["retracted", "in-mouth"]);
  });

  test("unplugged while it waits: printed, and where it went is not claimed", async () => {
    await connect(CUSTOM_VKP80);
    const job = begin(SHORT, { takeWithin: 20_000 });
    await bench.clock.advance(3_000);
    bench.act("unplug");
    await bench.clock.advance(1_000);
    expect(job.outcome).toEqual({ outcome: "ok", value: { printed: 1, confirmed: true } });
  });

  test("an automatic status that is never sent is made up for by the polls", async () => {
    await connect({ ...CUSTOM_VKP80, automaticStatus: { enable: [], form: "full-status" } });
    expect(await finish(SHORT, { takeWithin: 5_000 })).toMatchObject({
      outcome: "ok",
      value: { presented: "retracted" },
    });
  });
});

test("nothing that stands on a ticket reaches the log", async () => {
  await connect(EPSON_TM);
  await finish({ blocks: [{ type: "pair", label: "RUN", value: "12345678-5" }] });
  expect(JSON.stringify(bench.log)).not.toContain("12345678");
});
