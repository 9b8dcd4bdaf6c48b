import { afterEach, describe, expect, test } from "vitest";
import { concat, toLatin1 } from "../../../base/bytes/bytes.ts";
import type { TerminalSettings } from "../../../simulators/payment-terminal/settings.ts";
import { CREDIT, DEBIT, PaymentRig } from "../../../tests/support/payment-terminal.ts";
import { encodeFrame } from "../../framing/stx-etx-lrc.ts";
import type { TransbankModelName } from "./models.ts";
import type { TransbankSettings } from "./settings.ts";

let rig: PaymentRig;
afterEach(() => rig.dispose());

function setUp(
  options: { driver?: Partial<TransbankSettings>; terminal?: Partial<TerminalSettings> } = {},
  model: TransbankModelName = "transbank-autoservicio",
): PaymentRig {
  rig = new PaymentRig(model, options);
  return rig;
}

const approved = (ticket: string) => ({ outcome: "ok", value: { status: "approved", ticket, amount: 1500 } });
const inDoubt = { outcome: "unknown", error: { code: "payment.in-doubt" } };
const count = (code: string) => rig.terminal.requests.filter((request) => request === code).length;

describe("damaged and refused messages", () => {
  test.each([1, 2])("%i responses with a wrong LRC are asked for again", async (times) => {
    setUp().terminal.faults.failRepeatedly({ fault: "wrong-lrc" }, times, "0200");
    expect(await rig.pay("A1")).toMatchObject(approved("A1"));
    expect(rig.events("payment.frame-rejected")).toHaveLength(times);
    expect(rig.terminal.requests).toEqual(["0200"]);
  });

  test("a response that stays damaged is never believed: the terminal is asked", async () => {
    setUp().terminal.faults.failRepeatedly({ fault: "wrong-lrc" }, 3, "0200");
    expect(await rig.pay("A1")).toMatchObject(approved("A1"));
    expect(rig.terminal.requests).toEqual(["0200", "0100", "0250"]);
    expect(rig.terminal.ledger.timesCharged("A1")).toBe(1);
  });

  test.each([1, 2])("%i NAKs are answered by sending the sale again", async (times) => {
    setUp().terminal.faults.failRepeatedly({ fault: "nak" }, times, "0200");
    expect(await rig.pay("A1")).toMatchObject(approved("A1"));
    expect(count("0200")).toBe(times + 1);
    expect(rig.terminal.ledger.timesCharged("A1")).toBe(1);
  });

  test("a terminal that answers NAK for ever has taken nothing: an error, not a doubt", async () => {
    setUp().terminal.faults.failRepeatedly({ fault: "nak" });
    expect(await rig.pay("A1")).toMatchObject({ outcome: "error", error: { code: "payment.refused" } });
    expect(rig.terminal.requests).toEqual(["0200", "0200", "0200"]);
  });

  test("garbage before the response is skipped", async () => {
    setUp().terminal.faults.failNext({ fault: "garbage", bytes: Uint8Array.of(0, 0xff, 0x41, 3, 6, 0x41) }, "0200");
    expect(await rig.pay("A1")).toMatchObject(approved("A1"));
  });

  test("a frame without end on the idle line does not stop the next exchange", async () => {
    setUp();
    await rig.settle(rig.driver.poll());
    await rig.wire.write(concat([Uint8Array.of(2), new Uint8Array(100_000).fill(0x41), Uint8Array.of(2, 0x30)]));
    await rig.clock.advance(10_000);
    expect(await rig.settle(rig.driver.poll())).toMatchObject({ outcome: "ok" });
  });
});

describe("silence", () => {
  test("a sale that the terminal did not hear is sent again only after poll and last sale have shown so", async () => {
    setUp().terminal.faults.failNext({ fault: "drop-request" }, "0200");
    expect(await rig.pay("A1")).toMatchObject(approved("A1"));
    expect(rig.terminal.requests).toEqual(["0200", "0100", "0250", "0200"]);
  });

  test("a terminal that answers questions but never a sale is not believed", async () => {
    setUp().terminal.faults.failRepeatedly({ fault: "drop-request" }, 10, "0200");
    expect(await rig.pay("A1")).toMatchObject(inDoubt);
    expect(count("0200")).toBe(3);
  });

  test("a dead terminal leaves a doubt, soon, and the sale was sent once", async () => {
    setUp().terminal.faults.failRepeatedly({ fault: "drop-request" });
    const began = rig.clock.monotonic();
    expect(await rig.pay("A1")).toMatchObject(inDoubt);
    expect(count("0200")).toBe(1);
    expect(rig.clock.monotonic() - began).toBeLessThan(40_000);
    expect(rig.driver.status.value).toMatchObject({
      readiness: "unavailable",
      conditions: [{ code: "not-answering" }],
    });
  });

  test("without an answer to the poll, another last sale does not prove that the terminal is idle", async () => {
    setUp({ terminal: { knowsPoll: false } }).terminal.faults.failNext({ fault: "drop-request" }, "0200");
    expect(await rig.pay("A1")).toMatchObject(inDoubt);
    expect(count("0200")).toBe(1);
  });

  test("a lost ACK: the status messages show that the sale was taken, it is not sent again", async () => {
    setUp().terminal.faults.failNext({ fault: "drop-ack" }, "0200");
    expect(await rig.pay("A1")).toMatchObject(approved("A1"));
    expect(rig.terminal.requests).toEqual(["0200"]);
  });

  test.each(["silent", "nak", "acknowledge-poll"] as const)(
    "a lost ACK before a slow citizen, terminal %s when busy: charged once",
    async (whenBusy) => {
      setUp({ terminal: { whenBusy, pin: 40_000 } }).terminal.faults.failNext({ fault: "drop-ack" }, "0200");
      expect(await rig.pay("A1")).toMatchObject(approved("A1"));
      expect(rig.terminal.ledger.timesCharged("A1")).toBe(1);
      expect(count("0200")).toBe(1);
    },
  );

  test.each([2_100, 3_500])("an ACK that comes after %i ms is not taken for the ACK of the poll", async (delay) => {
    // Nothing else to hear from the terminal meanwhile: the citizen has not found the card yet.
    setUp({ terminal: { sendsStatus: false } }).terminal.faults.failNext({ fault: "late-ack", delay }, "0200");
    const paying = rig.driver.sale(rig.intent("A1"));
    await rig.clock.advance(30_000);
    rig.terminal.insertCard(DEBIT);
    const outcome = await rig.settle(paying);
    expect(count("0200")).toBe(1);
    expect(outcome.outcome === "unknown" || rig.terminal.ledger.timesCharged("A1") === 1).toBe(true);
  });

  test("a terminal that stalls and then does everything in order: one ACK too many shows that it took the sale", async () => {
    setUp({ terminal: { sendsStatus: false, whenBusy: "answer" } });
    rig.terminal.faults.failNext({ fault: "stall", delay: 3_000 }, "0200");
    const paying = rig.driver.sale(rig.intent("A1"));
    await rig.clock.advance(40_000);
    rig.terminal.insertCard(DEBIT);
    expect(await rig.settle(paying)).toMatchObject(approved("A1"));
    expect(rig.terminal.requests).toEqual(["0200", "0100", "0250"]);
  });
});

describe("the response and its timing", () => {
  test("ACK and response in one chunk", async () => {
    setUp({ terminal: { pin: 0, bank: 0 } }).terminal.faults.failNext({ fault: "join-ack-and-response" }, "0200");
    expect(await rig.pay("A1")).toMatchObject(approved("A1"));
    expect(rig.terminal.requests).toEqual(["0200"]);
  });

  test.each([1, 5, 40, 60])("a response split after %i bytes by 5 s is one response", async (at) => {
    setUp().terminal.faults.failNext({ fault: "split-response", at, pause: 5_000 }, "0200");
    expect(await rig.pay("A1")).toMatchObject(approved("A1"));
    expect(rig.terminal.requests).toEqual(["0200"]);
  });

  test("0900 for ever extends nothing: the sale ends in doubt, and was sent once", async () => {
    setUp().terminal.faults.failNext({ fault: "status-for-ever", every: 300 }, "0200");
    const began = rig.clock.monotonic();
    expect(await rig.pay("A1")).toMatchObject(inDoubt);
    expect(rig.clock.monotonic() - began).toBeLessThan(200_000);
    expect(count("0200")).toBe(1);
    rig.terminal.cancelAtTerminal();
  });

  test("0900 without a pause between them does not starve the deadline", async () => {
    setUp({ driver: { response: 1_000, inquiry: 1_000 } });
    rig.terminal.faults.failNext({ fault: "status-for-ever", every: 1 }, "0200");
    expect(await rig.pay("A1")).toMatchObject(inDoubt);
    rig.terminal.cancelAtTerminal();
  });

  test("a response that is sent twice is acknowledged twice and delivered once", async () => {
    setUp().terminal.faults.failNext({ fault: "duplicate-response" }, "0200");
    expect(await rig.pay("A1")).toMatchObject(approved("A1"));
    await rig.clock.advance(1_000);
    expect(rig.events("payment.stray")).toMatchObject([{ fields: { function: "0210", duplicate: true } }]);
    expect(await rig.pay("A2")).toMatchObject(approved("A2"));
    expect(rig.events("payment.late-approval")).toEqual([]);
  });

  test("a lost response: last sale tells", async () => {
    setUp().terminal.faults.failRepeatedly({ fault: "drop-response" }, 3, "0200");
    expect(await rig.pay("A1")).toMatchObject(approved("A1"));
    expect(rig.terminal.ledger.timesCharged("A1")).toBe(1);
  });

  test("a lost response to a declined sale: last sale shows another one, so no money moved", async () => {
    setUp();
    await rig.pay("A1");
    rig.terminal.faults.failRepeatedly({ fault: "drop-response" }, 3, "0200");
    rig.terminal.decline();
    expect(await rig.pay("A2")).toMatchObject({ outcome: "error", error: { code: "payment.not-taken" } });
    expect(count("0200")).toBe(2);
  });

  test("a response after the time-out is acknowledged and dropped, and the sale was found by asking", async () => {
    setUp().terminal.faults.failNext({ fault: "late-response", delay: 170_000 }, "0200");
    expect(await rig.pay("A1")).toMatchObject(approved("A1"));
    await rig.clock.advance(60_000);
    expect(await rig.pay("A2")).toMatchObject(approved("A2"));
    expect(rig.events("payment.late-approval")).toEqual([]);
  });

  test("a late response is never handed to the next sale", async () => {
    setUp({ driver: { response: 5_000 }, terminal: { ackTimeout: 600_000 } });
    const { faults } = rig.terminal;
    faults.failNext({ fault: "late-response", delay: 40_000 }, "0200");
    faults.failRepeatedly({ fault: "drop-request" }, 100, "0250");
    expect(await rig.pay("A1")).toMatchObject(inDoubt);
    faults.clear();
    rig.terminal.removeCard();
    rig.terminal.decline();
    const paying = rig.driver.sale(rig.intent("A2"));
    await rig.clock.advance(20);
    // The first sale's answer arrives while the second one waits for its card.
    await rig.wire.write(encodeFrame(toLatin1("0210|00|597000000001|VT000001|A1|007919|1500|0042|000001|DB")));
    await rig.clock.advance(200);
    rig.terminal.insertCard(CREDIT);
    expect(await rig.settle(paying)).toMatchObject({ outcome: "ok", value: { status: "declined", ticket: "A2" } });
    expect(rig.events("payment.late-approval").length).toBeGreaterThan(0);
  });

  test.each(["wrong-ticket", "wrong-amount"] as const)(
    "a response with %s is not believed: the terminal is asked",
    async (fault) => {
      setUp().terminal.faults.failNext({ fault }, "0200");
      expect(await rig.pay("A1")).toMatchObject(approved("A1"));
      expect(rig.terminal.requests).toEqual(["0200", "0100", "0250"]);
    },
  );

  test("the late answer to a sale of a process that died makes a doubt, not a verdict on this sale", async () => {
    setUp({ terminal: { sendsStatus: false, whenBusy: "answer" } });
    const paying = rig.driver.sale(rig.intent("A2"));
    await rig.clock.advance(1_000);
    await rig.wire.write(encodeFrame(toLatin1("0210|00|597000000001|VT000001|A1|007919|900|0042|000001|DB")));
    expect(await rig.settle(paying)).toMatchObject(inDoubt);
    expect(count("0200")).toBe(1);
  });

  test("a response with another function code is not accepted", async () => {
    setUp().terminal.faults.failNext({ fault: "wrong-function" }, "0200");
    expect(await rig.pay("A1")).toMatchObject(approved("A1"));
    expect(rig.events("payment.stray")).toMatchObject([{ fields: { function: "0710" } }]);
    expect(rig.terminal.requests).toEqual(["0200", "0100", "0250"]);
  });
});

describe("cable and power", () => {
  const moments = ["before-ack", "after-ack", "before-response", "after-response"] as const;

  test.each(moments)(
    "unplugged %s and plugged in again: what happened is found out, nothing is charged twice",
    async (when) => {
      setUp().terminal.faults.failNext({ fault: "unplug", when, replugAfter: 4_000 }, "0200");
      const outcome = await rig.pay("A1");
      const charged = rig.terminal.ledger.timesCharged("A1");
      if (when === "before-ack") {
        // It may have been taken, and the ACK lost with the cable: certain only when the terminal's time is over.
        expect(outcome).toMatchObject(inDoubt);
        const intent = { ...rig.intent("A1"), startedAt: rig.clock.now() - 30_000 };
        expect(await rig.settle(rig.driver.recover(intent))).toEqual({ outcome: "ok", value: { taken: false } });
        expect(charged).toBe(0);
      } else {
        expect(outcome).toMatchObject(approved("A1"));
        expect(charged).toBe(1);
      }
      expect(count("0200")).toBe(1);
    },
  );

  test.each(["before-ack", "after-ack", "before-response"] as const)(
    "unplugged %s for good: unknown, within bounds",
    async (when) => {
      setUp().terminal.faults.failNext({ fault: "unplug", when }, "0200");
      const began = rig.clock.monotonic();
      expect(await rig.pay("A1")).toMatchObject(inDoubt);
      expect(rig.clock.monotonic() - began).toBeLessThan(60_000);
      rig.terminal.plug();
      const intent = rig.intent("A1");
      const found = await rig.settle(rig.driver.recover(intent));
      expect(found).toMatchObject({ outcome: "ok", value: { taken: rig.terminal.ledger.timesCharged("A1") === 1 } });
    },
  );

  test("unplugged right after the response: approved, whatever became of the ACK", async () => {
    setUp().terminal.faults.failNext({ fault: "unplug", when: "after-response" }, "0200");
    expect(await rig.pay("A1")).toMatchObject(approved("A1"));
  });

  test("a power cut before the bank has decided: a doubt that recover ends, not made", async () => {
    setUp();
    const intent = rig.intent("A1");
    const paying = rig.driver.sale(intent);
    await rig.clock.advance(1_000);
    void rig.terminal.powerCycle();
    expect(await rig.settle(paying)).toMatchObject(inDoubt);
    expect(await rig.settle(rig.driver.recover(intent))).toEqual({ outcome: "ok", value: { taken: false } });
    expect(rig.terminal.ledger.balance).toBe(0);
  });

  test("a power cut after the bank has decided: approved", async () => {
    setUp().terminal.faults.failRepeatedly({ fault: "drop-response" }, 3, "0200");
    rig.terminal.insertCard(DEBIT);
    const paying = rig.driver.sale(rig.intent("A1"));
    await rig.clock.advance(10_000);
    void rig.terminal.powerCycle();
    expect(await rig.settle(paying)).toMatchObject(approved("A1"));
  });

  test("an aborted sale that has left goes on to its end", async () => {
    setUp();
    const abort = new AbortController();
    const paying = rig.driver.sale(rig.intent("A1"), { signal: abort.signal });
    await rig.clock.advance(1_000);
    abort.abort();
    rig.terminal.insertCard(DEBIT);
    expect(await rig.settle(paying)).toMatchObject(approved("A1"));
  });

  test("a sale aborted during silence is not sent again", async () => {
    setUp().terminal.faults.failNext({ fault: "drop-request" }, "0200");
    const abort = new AbortController();
    const paying = rig.driver.sale(rig.intent("A1"), { signal: abort.signal });
    await rig.clock.advance(1_000);
    abort.abort();
    expect(await rig.settle(paying)).toMatchObject({ outcome: "error", error: { code: "common.cancelled" } });
    expect(count("0200")).toBe(1);
  });

  test("a driver stopped in the middle of a sale says unknown; the next one recovers it", async () => {
    setUp();
    rig.terminal.insertCard(DEBIT);
    const intent = rig.intent("A1");
    const paying = rig.driver.sale(intent);
    await rig.clock.advance(1_000);
    await rig.settle(rig.driver.stop());
    expect(await paying).toMatchObject(inDoubt);
    const { clock, terminal, wire } = rig;
    await clock.advance(10_000);
    const { TransbankTerminal } = await import("./driver.ts");
    const next = new TransbankTerminal({
      id: "next",
      model: "transbank-autoservicio",
      open: wire.open,
      clock,
      log: () => {},
      random: () => 0,
    });
    next.start();
    expect(await rig.settle(next.recover(intent))).toMatchObject({ outcome: "ok", value: { taken: true } });
    expect(terminal.ledger.timesCharged("A1")).toBe(1);
    await rig.settle(next.stop());
  });
});

describe("what the terminal's last sale cannot tell", () => {
  test("the same ticket with another amount is a doubt, not a second charge", async () => {
    setUp();
    await rig.pay("A1", 900);
    rig.terminal.faults.failNext({ fault: "drop-request" }, "0200");
    expect(await rig.pay("A1", 1500)).toMatchObject(inDoubt);
    expect(count("0200")).toBe(2);
  });

  test("the same ticket and amount made earlier is a doubt, not an approval", async () => {
    setUp();
    await rig.pay("A1");
    await rig.clock.advance(3_600_000);
    rig.terminal.faults.failNext({ fault: "drop-request" }, "0200");
    expect(await rig.pay("A1")).toMatchObject(inDoubt);
    expect(rig.terminal.ledger.timesCharged("A1")).toBe(1);
  });

  test.each([-500_000, 500_000])("a terminal clock that is %i ms wrong is allowed for", async (clockError) => {
    setUp({ terminal: { clockError } }).terminal.faults.failRepeatedly({ fault: "drop-response" }, 3, "0200");
    expect(await rig.pay("A1")).toMatchObject(approved("A1"));
  });

  test("a last sale that stays unanswered leaves the doubt", async () => {
    setUp().terminal.faults.failNext({ fault: "drop-request" }, "0200");
    rig.terminal.faults.failRepeatedly({ fault: "drop-response" }, 100, "0250");
    expect(await rig.pay("A1")).toMatchObject(inDoubt);
    expect(count("0200")).toBe(1);
  });
});

describe("what the public documents leave open", () => {
  test.each(["0271", "0210"] as const)("a multicode sale answered by %s", async (multicodeResponse) => {
    for (const model of ["transbank-autoservicio", "transbank-integrado"] as const) {
      setUp({ terminal: { multicodeResponse } }, model);
      rig.terminal.insertCard(CREDIT);
      const intent = { ...rig.intent("M1"), commerceCode: "597012345678" };
      expect(await rig.settle(rig.driver.sale(intent))).toMatchObject({
        outcome: "ok",
        value: { status: "approved", providerCommerceCode: "597012345678", terminalTime: expect.any(String) },
      });
      if (model === "transbank-autoservicio") await rig.dispose();
    }
  });

  test.each(["0260", "0210"] as const)("a last sale answered by %s", async (lastSaleResponse) => {
    setUp({ terminal: { lastSaleResponse } });
    await rig.pay("A1");
    expect(await rig.settle(rig.driver.lastSale())).toMatchObject({ outcome: "ok", value: { ticket: "A1" } });
    rig.terminal.faults.failNext({ fault: "drop-request" }, "0200");
    expect(await rig.pay("A2")).toMatchObject(approved("A2"));
  });

  test.each([1, 2] as const)("details that end with %i empty records", async (emptyDetailRecords) => {
    setUp({ terminal: { emptyDetailRecords } }, "transbank-integrado");
    await rig.pay("A1");
    expect(await rig.settle(rig.driver.details())).toMatchObject({ outcome: "ok", value: [{ ticket: "A1" }] });
    expect(await rig.settle(rig.driver.totals())).toEqual({ outcome: "ok", value: { count: 1, amount: 1500 } });
  });

  test("answers padded with empty fields", async () => {
    setUp({ terminal: { shortAnswers: false } });
    expect(await rig.pay("A1")).toMatchObject(approved("A1"));
    rig.terminal.cancelAtTerminal();
    rig.terminal.removeCard();
    const paying = rig.driver.sale(rig.intent("A2"), { onPrompt: () => rig.terminal.cancelAtTerminal() });
    expect(await rig.settle(paying)).toMatchObject({
      outcome: "ok",
      value: { status: "declined", responseCode: "07" },
    });
  });

  test("a last sale that also returns declined sales ends the doubt as declined", async () => {
    setUp({ terminal: { lastSaleIncludesDeclined: true } });
    rig.terminal.faults.failRepeatedly({ fault: "drop-response" }, 3, "0200");
    rig.terminal.decline();
    expect(await rig.pay("A1")).toMatchObject({ outcome: "ok", value: { status: "declined", responseCode: "01" } });
  });
});
