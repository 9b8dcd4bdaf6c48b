import { afterEach, describe, expect, test } from "vitest";
import { concat, fromHex } from "../../../base/bytes/bytes.ts";
import type { Moment } from "../../../simulators/payment-terminal/zvt/faults.ts";
import { CREDIT, DEBIT, ZvtRig, type ZvtRigOptions } from "../../../tests/support/zvt-terminal.ts";
import { encodeApdu } from "../../framing/apdu-stream.ts";
import { encodeDleFrame } from "../../framing/dle-stx-crc.ts";
import { bitmapCommand, CONTROL } from "./messages.ts";
import type { ZvtModelName } from "./models.ts";

let rig: ZvtRig;
afterEach(() => rig.dispose());

const MODELS: readonly ZvtModelName[] = ["zvt-tcp", "zvt-serial"];
const SALE = CONTROL.authorization;

function setUp(model: ZvtModelName = "zvt-tcp", options: ZvtRigOptions = {}): ZvtRig {
  rig = new ZvtRig(model, options);
  return rig;
}

/** Some bytes of the terminal on the line, as the model frames them. */
function onLine(model: ZvtModelName, control: number, values: Parameters<typeof bitmapCommand>[1]): Uint8Array {
  const apdu = encodeApdu(bitmapCommand(control, values));
  return model === "zvt-tcp" ? apdu : encodeDleFrame(apdu);
}

const approved = (ticket: string) => ({ outcome: "ok", value: { status: "approved", ticket, amount: 1500 } });
const inDoubt = { outcome: "unknown", error: { code: "payment.in-doubt" } };

describe("the serial line", () => {
  test.each([1, 2])("%i NAKs are answered by sending the sale again", async (times) => {
    setUp("zvt-serial").terminal.faults.failRepeatedly({ fault: "nak" }, times, SALE);
    expect(await rig.pay("A1")).toMatchObject(approved("A1"));
    expect(rig.count(SALE)).toBe(1);
    expect(rig.balance).toBe(1500);
  });

  test("a terminal that answers NAK for ever has taken nothing: an error, not a doubt", async () => {
    setUp("zvt-serial").terminal.faults.failRepeatedly({ fault: "nak" }, 100, SALE);
    expect(await rig.pay("A1")).toMatchObject({ outcome: "error", error: { code: "payment.refused" } });
    expect(rig.balance).toBe(0);
  });

  test("a NAK amid rubbish is no NAK: the sale is not sent again", async () => {
    setUp("zvt-serial").terminal.faults.failNext({ fault: "drop-request" }, SALE);
    const paying = rig.driver.sale(rig.intent("A1"));
    await rig.clock.advance(500);
    await rig.wire.write(fromHex("41 42 15"));
    expect(await rig.settle(paying)).toMatchObject(inDoubt);
    expect(rig.events("payment.retransmitted")).toEqual([]);
  });

  test.each([1, 2])("%i statuses with a wrong CRC are asked for again", async (times) => {
    setUp("zvt-serial").terminal.faults.failRepeatedly({ fault: "wrong-crc" }, times, SALE);
    expect(await rig.pay("A1")).toMatchObject(approved("A1"));
    expect(rig.events("payment.frame-rejected")).toHaveLength(times);
    expect(rig.count(CONTROL.repeatReceipt)).toBe(1);
  });

  test("a status that stays damaged is never believed", async () => {
    setUp("zvt-serial").terminal.faults.failRepeatedly({ fault: "wrong-crc" }, 3, SALE);
    const outcome = await rig.pay("A1");
    // The terminal had no answer to its status, and gave the money back.
    expect(outcome).toMatchObject({ outcome: "ok", value: { status: "declined" } });
    expect(rig.balance).toBe(0);
  });

  test("a lost ACK: the answer shows that the sale arrived, it is not sent again", async () => {
    setUp("zvt-serial").terminal.faults.failNext({ fault: "drop-ack" }, SALE);
    expect(await rig.pay("A1")).toMatchObject(approved("A1"));
    expect(rig.count(SALE)).toBe(1);
  });
});

describe.each(MODELS)("%s", (model) => {
  test("a sale that nobody answers is sent once and stays in doubt; later it is certain that it was not made", async () => {
    setUp(model).terminal.faults.failNext({ fault: "drop-request" }, SALE);
    const intent = rig.intent("A1");
    expect(await rig.pay("A1")).toMatchObject(inDoubt);
    expect(await rig.settle(rig.driver.recover(intent))).toEqual({ outcome: "ok", value: { taken: false } });
    expect(rig.balance).toBe(0);
  });

  test("a lost answer: what the terminal goes on to say shows that it took the sale", async () => {
    setUp(model).terminal.faults.failNext({ fault: "drop-answer" }, SALE);
    expect(await rig.pay("A1")).toMatchObject(approved("A1"));
    expect(rig.balance).toBe(1500);
  });

  test("a terminal that says no at once has not begun", async () => {
    setUp(model).terminal.faults.failNext({ fault: "reject", code: 0x9c }, SALE);
    expect(await rig.pay("A1")).toMatchObject({
      outcome: "error",
      error: { code: "payment.rejected", message: expect.stringContaining("9C") },
    });
  });

  test("garbage before the status is skipped", async () => {
    setUp(model).terminal.faults.failNext({ fault: "garbage", bytes: fromHex("00 ff 41 03 41") }, SALE);
    expect(await rig.pay("A1")).toMatchObject(approved("A1"));
  });

  test.each([1, 3, 10, 40])("a status split after %i bytes by 2 s is one status", async (at) => {
    setUp(model).terminal.faults.failNext({ fault: "split-status", at, pause: 2_000 }, SALE);
    expect(await rig.pay("A1")).toMatchObject(approved("A1"));
  });

  test("a status that comes twice is one approval", async () => {
    setUp(model).terminal.faults.failNext({ fault: "duplicate-status" }, SALE);
    expect(await rig.pay("A1")).toMatchObject(approved("A1"));
    expect(await rig.pay("A2")).toMatchObject(approved("A2"));
    expect(rig.balance).toBe(3000);
  });

  test("signs of work for ever hold nobody for ever", async () => {
    setUp(model, { driver: { longest: 60_000 } }).terminal.faults.failNext(
      { fault: "status-for-ever", every: 1_000 },
      SALE,
    );
    const began = rig.clock.monotonic();
    expect(await rig.pay("A1")).toMatchObject(inDoubt);
    expect(rig.clock.monotonic() - began).toBeLessThan(120_000);
    rig.terminal.cancelAtTerminal();
  });

  test("another amount is not confirmed: the terminal gives it back, and the sale stays in doubt until it is asked", async () => {
    setUp(model).terminal.faults.failNext({ fault: "wrong-amount" }, SALE);
    const outcome = await rig.pay("A1");
    expect(outcome).toMatchObject(inDoubt);
    expect(rig.balance).toBe(0);
  });

  test("a lost completion: the last receipt tells that the sale stands", async () => {
    setUp(model, { driver: { completion: 20_000 } }).terminal.faults.failNext({ fault: "drop-completion" }, SALE);
    expect(await rig.pay("A1")).toMatchObject(approved("A1"));
    expect(rig.count(SALE)).toBe(1);
  });

  const moments: readonly Moment[] = [
    "before-answer",
    "after-answer",
    "before-status",
    "after-status",
    "before-completion",
  ];

  test.each(moments)("unplugged %s and plugged in again: what happened is found out", async (when) => {
    setUp(model).terminal.faults.failNext({ fault: "unplug", when, replugAfter: 4_000 }, SALE);
    const intent = rig.intent("A1");
    const outcome = await rig.pay("A1");
    const found = outcome.outcome === "unknown" ? await rig.settle(rig.driver.recover(intent)) : undefined;
    await rig.clock.advance(300_000);
    const taken =
      outcome.outcome === "ok" ? outcome.value.status === "approved" : found?.outcome === "ok" && found.value.taken;
    expect([outcome.outcome, rig.balance]).toEqual([outcome.outcome, taken ? 1500 : 0]);
    expect(rig.count(SALE)).toBeLessThanOrEqual(1);
    expect(await rig.settle(rig.driver.poll())).toMatchObject({ outcome: "ok" });
  });

  test.each(moments)("a terminal that reboots %s: never a wrong certainty, and it serves again", async (when) => {
    setUp(model).terminal.faults.failNext({ fault: "reboot", when }, SALE);
    const intent = rig.intent("A1");
    const outcome = await rig.pay("A1");
    const found = outcome.outcome === "unknown" ? await rig.settle(rig.driver.recover(intent)) : undefined;
    const taken =
      outcome.outcome === "ok" ? outcome.value.status === "approved" : found?.outcome === "ok" && found.value.taken;
    expect(rig.balance).toBe(taken ? 1500 : 0);
    expect(await rig.pay("A2")).toMatchObject(approved("A2"));
  });

  test("an approval that comes when nobody waits for it is answered 'goods not issued', and somebody is told", async () => {
    setUp(model);
    await rig.pay("A1");
    const status = { resultCode: 0, amount: 900, receipt: "0099", date: "1123", time: "090500" };
    await rig.wire.write(onLine(model, CONTROL.status, status));
    await rig.clock.advance(100);
    expect(rig.events("payment.late-approval")).toMatchObject([{ fields: { amount: 900 } }]);
    expect(await rig.pay("A2")).toMatchObject(approved("A2"));
  });

  test("a unit without end on the idle line does not stop the next exchange", async () => {
    setUp(model);
    await rig.settle(rig.driver.poll());
    await rig.wire.write(
      concat([fromHex("10 02 06 d3 ff 00 20"), new Uint8Array(20_000).fill(0x41), fromHex("10 02 06")]),
    );
    await rig.clock.advance(10_000);
    expect(await rig.settle(rig.driver.poll())).toMatchObject({ outcome: "ok" });
  });

  test("an aborted sale is broken off by the terminal, where it still can", async () => {
    setUp(model);
    const abort = new AbortController();
    const paying = rig.driver.sale(rig.intent("A1"), { signal: abort.signal });
    await rig.clock.advance(1_000);
    abort.abort();
    expect(await rig.settle(paying)).toMatchObject({
      outcome: "ok",
      value: { status: "declined", responseCode: "6C" },
    });
    expect(rig.balance).toBe(0);
  });

  test("a sale that can no longer be broken off goes on to its end", async () => {
    setUp(model, { terminal: { abortable: false } });
    const abort = new AbortController();
    const paying = rig.driver.sale(rig.intent("A1"), { signal: abort.signal });
    await rig.clock.advance(1_000);
    abort.abort();
    await rig.clock.advance(1_000);
    rig.terminal.insertCard(DEBIT);
    expect(await rig.settle(paying)).toMatchObject(approved("A1"));
  });

  test("a driver stopped in the middle of a sale says unknown; the next one recovers it by the terminal's clock", async () => {
    setUp(model, { terminal: { tellsClock: true, pin: 6_000 } });
    rig.terminal.insertCard(DEBIT);
    const intent = rig.intent("A1");
    const paying = rig.driver.sale(intent);
    await rig.clock.advance(2_000);
    await rig.settle(rig.driver.stop());
    expect(await paying).toMatchObject(inDoubt);
    const next = rig.anotherDriver(undefined);
    next.start();
    const found = await rig.settle(next.recover(intent));
    await rig.settle(next.stop());
    expect(found).toMatchObject({ outcome: "ok", value: { taken: rig.balance === 1500 } });
  });

  test("without clock and memory the same amount near the start is a doubt, and says why", async () => {
    setUp(model);
    await rig.pay("A1");
    const next = rig.anotherDriver(undefined);
    await rig.settle(rig.driver.stop());
    next.start();
    const found = await rig.settle(next.recover({ ticket: "A2", amount: 1500, startedAt: rig.clock.now() - 1_000 }));
    await rig.settle(next.stop());
    expect(found).toMatchObject({
      outcome: "unknown",
      error: { code: "payment.in-doubt", message: expect.stringContaining("too near") },
    });
  });
});

describe("goods", () => {
  const slow =
    (milliseconds: number, answer: "issued" | "not-issued", told?: AbortSignal[]) =>
    async (_sale: unknown, signal: AbortSignal) => {
      told?.push(signal);
      const { promise, resolve } = Promise.withResolvers<void>();
      rig.clock.setTimeout(resolve, milliseconds);
      await promise;
      return answer;
    };

  test.each(["issued", "not-issued"] as const)(
    "that take ten seconds and are %s: the terminal is asked for more time",
    async (answer) => {
      setUp();
      const outcome = await rig.pay("A1", 1500, { onApproved: slow(10_000, answer) });
      const status = answer === "issued" ? "approved" : "declined";
      expect(outcome).toMatchObject({ outcome: "ok", value: { status, ticket: "A1" } });
      expect(rig.balance).toBe(answer === "issued" ? 1500 : 0);
    },
  );

  test("that nobody decides about are withdrawn in time, and the money is given back", async () => {
    setUp("zvt-tcp", { driver: { goodsIssue: 5_000 } });
    const signals: AbortSignal[] = [];
    const outcome = await rig.pay("A1", 1500, { onApproved: slow(60_000, "issued", signals) });
    expect(outcome).toMatchObject({ outcome: "ok", value: { status: "declined", goodsNotIssued: true } });
    expect([signals.length, signals[0]?.aborted, rig.balance]).toEqual([1, true, 0]);
    await rig.clock.advance(60_000);
  });

  test("whose issue throws are not issued", async () => {
    setUp();
    const outcome = await rig.pay("A1", 1500, {
      onApproved: async () => {
        throw new Error("the printer is on fire");
      },
    });
    expect(outcome).toMatchObject({ outcome: "ok", value: { status: "declined", goodsNotIssued: true } });
    expect(rig.balance).toBe(0);
  });

  test("an end that is lost after 'not issued' leaves a doubt, which no receipt of an approval can end", async () => {
    setUp();
    rig.terminal.faults.failNext({ fault: "drop-completion" }, SALE);
    const intent = rig.intent("A1");
    expect(await rig.pay("A1", 1500, { onApproved: async () => "not-issued" })).toMatchObject(inDoubt);
    expect(await rig.settle(rig.driver.recover(intent))).toEqual({ outcome: "ok", value: { taken: false } });
    expect(rig.balance).toBe(0);
  });

  test("a declined payment issues nothing", async () => {
    setUp().terminal.decline();
    let asked = 0;
    const outcome = await rig.pay("A1", 1500, {
      onApproved: async () => {
        asked++;
        return "issued";
      },
    });
    expect([outcome.outcome, asked]).toEqual(["ok", 0]);
  });
});

describe("commands and conditions", () => {
  test("the receipt comes with a sale, in a block and line by line", async () => {
    for (const printsBlocks of [true, false]) {
      setUp("zvt-serial", { terminal: { printsBlocks } });
      expect(await rig.pay("A1")).toMatchObject({
        outcome: "ok",
        value: {
          voucher: expect.arrayContaining(["      COMPROBANTE DE VENTA", "RECIBO: 0001", "Autorización: 007919"]),
        },
      });
      if (printsBlocks) await rig.dispose();
    }
  });

  test("amounts of a terminal that knows only cents are sent and read with them", async () => {
    setUp("zvt-tcp", { driver: { profile: { minorDigits: 2 } }, terminal: { minorDigits: 2 } });
    expect(await rig.pay("A1")).toMatchObject(approved("A1"));
    expect(rig.balance).toBe(1500);
    expect(await rig.settle(rig.driver.totals())).toEqual({ outcome: "ok", value: { count: 1, amount: 1500 } });
  });

  test("a terminal of another currency is not used", async () => {
    setUp("zvt-tcp", { terminal: { currency: "0978" } });
    expect(await rig.pay("A1")).toMatchObject({ outcome: "error", error: { code: "payment.rejected" } });
    expect(rig.balance).toBe(0);
  });

  test.each([
    [0x85, "needs-keys", "unavailable"],
    [0xf0, "needs-close", "unavailable"],
    [0x64, "card-reader-fault", "ready"],
  ])("result code %i raises %s, and an approved sale disproves it", async (code, condition, readiness) => {
    setUp().terminal.decline(code);
    await rig.pay("A1");
    expect(rig.driver.status.value).toMatchObject({ readiness, conditions: [{ code: condition }] });
    await rig.pay("A2");
    expect(rig.driver.status.value).toMatchObject({ readiness: "ready", conditions: [] });
  });

  test("a credit to a card, diagnosis, initialising, giving up and logging off", async () => {
    setUp("zvt-serial");
    expect(await rig.settle(rig.driver.credit(700))).toMatchObject({ outcome: "ok", value: { responseCode: "00" } });
    expect(await rig.settle(rig.driver.credit(0))).toMatchObject({
      outcome: "error",
      error: { code: "payment.amount" },
    });
    expect(await rig.settle(rig.driver.diagnosis())).toEqual({ outcome: "ok", value: undefined });
    expect(await rig.settle(rig.driver.initialise())).toEqual({ outcome: "ok", value: undefined });
    expect(await rig.settle(rig.driver.abort())).toEqual({ outcome: "ok", value: undefined });
    expect(await rig.settle(rig.driver.logOff())).toEqual({ outcome: "ok", value: undefined });
    expect(rig.terminal.state.value.registered).toBe(false);
    expect(await rig.pay("A1")).toMatchObject(approved("A1"));
    expect(rig.terminal.state.value.registered).toBe(true);
  });

  test("an action that is not answered is unknown, a question is an error", async () => {
    setUp("zvt-tcp", { driver: { completion: 5_000 } });
    await rig.pay("A1");
    rig.terminal.faults.failRepeatedly({ fault: "drop-completion" }, 100, CONTROL.endOfDay);
    rig.terminal.faults.failRepeatedly({ fault: "drop-request" }, 100, CONTROL.totals);
    expect(await rig.settle(rig.driver.totals())).toMatchObject({
      outcome: "error",
      error: { code: "payment.no-answer" },
    });
    expect(await rig.settle(rig.driver.closeDay())).toMatchObject(inDoubt);
  });

  test("a line that goes dead while idle is noticed, and its return too", async () => {
    setUp("zvt-serial", { driver: { heartbeat: 30_000 } });
    await rig.clock.advance(31_000);
    expect(rig.driver.status.value).toMatchObject({ readiness: "ready", provisional: false });
    rig.terminal.faults.failRepeatedly({ fault: "drop-request" });
    await rig.clock.advance(150_000);
    expect(rig.driver.status.value).toMatchObject({
      readiness: "unavailable",
      conditions: [{ code: "not-answering" }],
    });
    rig.terminal.faults.clear();
    await rig.clock.advance(60_000);
    expect(rig.driver.status.value).toMatchObject({ readiness: "ready", conditions: [] });
  });

  test("a credit card sale is given back by its receipt number", async () => {
    setUp();
    rig.terminal.insertCard(CREDIT);
    const sale = await rig.settle(rig.driver.sale(rig.intent("A1")));
    if (sale.outcome !== "ok") throw new Error("the sale failed");
    await rig.pay("A2", 900);
    expect(await rig.settle(rig.driver.refund(sale.value.operationNumber))).toMatchObject({ outcome: "ok" });
    expect(rig.balance).toBe(900);
    expect(await rig.settle(rig.driver.refund("12345"))).toMatchObject({ error: { code: "common.bad-input" } });
  });
});
