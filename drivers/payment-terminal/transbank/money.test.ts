import fc from "fast-check";
import { expect, test } from "vitest";
import type { Fault } from "../../../simulators/payment-terminal/faults.ts";
import { DEBIT, PaymentRig } from "../../../tests/support/payment-terminal.ts";
import type { Recovery } from "../interface.ts";

const fault: fc.Arbitrary<Fault> = fc.oneof(
  fc.constantFrom<Fault>(
    { fault: "nak" },
    { fault: "drop-request" },
    { fault: "drop-ack" },
    { fault: "wrong-lrc" },
    { fault: "drop-response" },
    { fault: "duplicate-response" },
    { fault: "wrong-ticket" },
    { fault: "wrong-amount" },
    { fault: "wrong-function" },
    { fault: "join-ack-and-response" },
  ),
  fc.nat(6_000).map((delay): Fault => ({ fault: "late-ack", delay })),
  fc.nat(10_000).map((delay): Fault => ({ fault: "stall", delay })),
  fc.nat(60_000).map((delay): Fault => ({ fault: "late-response", delay })),
  fc.record({ at: fc.nat(80), pause: fc.nat(8_000) }).map((split): Fault => ({ fault: "split-response", ...split })),
  fc.uint8Array({ maxLength: 12 }).map((bytes): Fault => ({ fault: "garbage", bytes })),
  fc
    .record({
      when: fc.constantFrom("before-ack", "after-ack", "before-response", "after-response"),
      replugAfter: fc.nat(10_000),
    })
    .map((unplug): Fault => ({ fault: "unplug", ...unplug })),
);

const plan = fc.record({
  faults: fc.array(fc.tuple(fault, fc.constantFrom("0200", "0100", "0250", undefined)), { maxLength: 5 }),
  /** When the citizen finds the card. */
  cardAfter: fc.nat(20_000),
  declined: fc.boolean(),
  powerCutAfter: fc.option(fc.nat(20_000), { nil: undefined }),
  whenBusy: fc.constantFrom("silent" as const, "nak" as const, "acknowledge-poll" as const, "answer" as const),
  sendsStatus: fc.boolean(),
});

function approved(recovery: Recovery): boolean {
  return recovery.taken && recovery.sale.status === "approved";
}

test("whatever goes wrong on the wire, nobody is charged twice and every certain outcome is true", async () => {
  await fc.assert(
    fc.asyncProperty(plan, async ({ faults, cardAfter, declined, powerCutAfter, whenBusy, sendsStatus }) => {
      const rig = new PaymentRig("transbank-autoservicio", {
        driver: { response: 30_000 },
        terminal: { whenBusy, sendsStatus, cardTimeout: 25_000 },
      });
      // A terminal that lies about its last sale cannot be found out by anybody.
      for (const [planned, on] of faults)
        rig.terminal.faults.failNext(planned, planned.fault.startsWith("wrong-") ? "0200" : on);
      if (declined) rig.terminal.decline();
      rig.clock.setTimeout(() => rig.terminal.insertCard(DEBIT), cardAfter);
      if (powerCutAfter !== undefined) rig.clock.setTimeout(() => void rig.terminal.powerCycle(), powerCutAfter);
      const intent = rig.intent("A1");
      const outcome = await rig.settle(rig.driver.sale(intent));
      const recovered = outcome.outcome === "unknown" ? await rig.settle(rig.driver.recover(intent)) : undefined;
      // The terminal finishes whatever it was doing.
      await rig.clock.advance(120_000);
      const charged = rig.terminal.ledger.timesCharged("A1");
      expect(charged).toBeLessThanOrEqual(1);
      if (outcome.outcome === "ok") expect(charged).toBe(outcome.value.status === "approved" ? 1 : 0);
      if (outcome.outcome === "error") expect(charged).toBe(0);
      if (recovered?.outcome === "ok") expect(charged).toBe(approved(recovered.value) ? 1 : 0);
      await rig.dispose();
    }),
    { numRuns: 100 },
  );
}, 60_000);

test("nothing of the card or the citizen's ticket reaches the log", async () => {
  const rig = new PaymentRig();
  rig.terminal.faults.failNext({ fault: "wrong-ticket" }, "0200");
  await rig.pay("SECRETO77");
  await rig.dispose();
  expect(JSON.stringify(rig.logs)).not.toMatch(/SECRETO77|0042|007919/);
});
