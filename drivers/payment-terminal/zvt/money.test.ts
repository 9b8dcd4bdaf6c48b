import fc from "fast-check";
import { expect, test } from "vitest";
import type { Moment, ZvtFault } from "../../../simulators/payment-terminal/zvt/faults.ts";
import { DEBIT, ZvtRig } from "../../../tests/support/zvt-terminal.ts";
import type { Recovery } from "../interface.ts";
import { CONTROL } from "./messages.ts";

const moment = fc.constantFrom<Moment>(
  "before-answer",
  "after-answer",
  "before-status",
  "after-status",
  "before-completion",
);

const fault: fc.Arbitrary<ZvtFault> = fc.oneof(
  fc.constantFrom<ZvtFault>(
    { fault: "nak" },
    { fault: "drop-request" },
    { fault: "drop-ack" },
    { fault: "drop-answer" },
    { fault: "reject", code: 0x9c },
    { fault: "wrong-crc" },
    { fault: "drop-status" },
    { fault: "duplicate-status" },
    { fault: "wrong-amount" },
    { fault: "drop-completion" },
  ),
  fc.nat(12_000).map((delay): ZvtFault => ({ fault: "late-answer", delay })),
  fc.nat(60_000).map((delay): ZvtFault => ({ fault: "late-status", delay })),
  fc.nat(60_000).map((delay): ZvtFault => ({ fault: "late-completion", delay })),
  fc.record({ at: fc.nat(40), pause: fc.nat(8_000) }).map((split): ZvtFault => ({ fault: "split-status", ...split })),
  fc.uint8Array({ maxLength: 12 }).map((bytes): ZvtFault => ({ fault: "garbage", bytes })),
  fc.record({ when: moment, replugAfter: fc.nat(10_000) }).map((unplug): ZvtFault => ({ fault: "unplug", ...unplug })),
  moment.map((when): ZvtFault => ({ fault: "reboot", when })),
);

const plan = fc.record({
  model: fc.constantFrom("zvt-tcp" as const, "zvt-serial" as const),
  faults: fc.array(
    fc.tuple(fault, fc.constantFrom(CONTROL.authorization, CONTROL.repeatReceipt, CONTROL.registration)),
    {
      maxLength: 4,
    },
  ),
  /** When the citizen finds the card. */
  cardAfter: fc.nat(20_000),
  declined: fc.boolean(),
  goods: fc.constantFrom(undefined, "issued" as const, "not-issued" as const),
  goodsAfter: fc.nat(15_000),
  abortAfter: fc.option(fc.nat(30_000), { nil: undefined }),
  terminal: fc.record({
    autoReversal: fc.boolean(),
    onHangUp: fc.constantFrom("go-on" as const, "abort" as const),
    whenBusy: fc.constantFrom("silent" as const, "reject" as const, "answer" as const),
    abortable: fc.boolean(),
    storesDeclined: fc.boolean(),
    printsBlocks: fc.boolean(),
    namesAmount: fc.boolean(),
    tellsClock: fc.boolean(),
    clockError: fc.integer({ min: -50_000, max: 50_000 }),
  }),
  /** Another process recovers. */
  restarted: fc.boolean(),
});

function approved(recovery: Recovery): boolean {
  return recovery.taken && recovery.sale.status === "approved";
}

test("whatever goes wrong on the wire, nobody is charged twice and every certain outcome is true", async () => {
  await fc.assert(
    fc.asyncProperty(
      plan,
      async ({ model, faults, cardAfter, declined, goods, goodsAfter, abortAfter, terminal, restarted }) => {
        const rig = new ZvtRig(model, {
          driver: { completion: 40_000, longest: 120_000 },
          terminal: { ...terminal, cardTimeout: 25_000 },
        });
        // An earlier sale of the same amount: it must not pass for this one.
        await rig.pay("A0");
        const before = rig.balance;
        rig.terminal.removeCard();
        // A terminal that lies about its last receipt cannot be found out by anybody.
        for (const [planned, on] of faults)
          rig.terminal.faults.failNext(planned, planned.fault === "wrong-amount" ? CONTROL.authorization : on);
        if (declined) rig.terminal.decline();
        rig.clock.setTimeout(() => rig.terminal.insertCard(DEBIT), cardAfter);
        const abort = new AbortController();
        if (abortAfter !== undefined) rig.clock.setTimeout(() => abort.abort(), abortAfter);
        const intent = rig.intent("A1");
        let issued: boolean | undefined;
        const outcome = await rig.settle(
          rig.driver.sale(intent, {
            signal: abort.signal,
            ...(goods !== undefined && {
              onApproved: async (_sale, signal) => {
                issued = false;
                const { promise, resolve } = Promise.withResolvers<void>();
                rig.clock.setTimeout(resolve, goodsAfter);
                await promise;
                issued = goods === "issued" && !signal.aborted;
                return issued ? "issued" : "not-issued";
              },
            }),
          }),
        );
        let recovered: Recovery | undefined;
        if (outcome.outcome === "unknown") {
          let driver = rig.driver;
          if (restarted) {
            await rig.settle(rig.driver.stop());
            driver = rig.anotherDriver({ completion: 40_000, longest: 120_000 });
            driver.start();
          }
          const found = await rig.settle(driver.recover(intent));
          if (found.outcome === "ok") recovered = found.value;
          if (restarted) await rig.settle(driver.stop());
        }
        // The terminal finishes whatever it was doing.
        await rig.clock.advance(300_000);
        const charged = rig.balance - before;
        expect([0, 1500]).toContain(charged);
        if (outcome.outcome === "ok") expect(charged).toBe(outcome.value.status === "approved" ? 1500 : 0);
        if (outcome.outcome === "error") expect(charged).toBe(0);
        if (recovered !== undefined) expect(charged).toBe(approved(recovered) ? 1500 : 0);
        if (outcome.outcome === "ok" && goods !== undefined && outcome.value.status === "approved")
          expect(issued ?? true).toBe(true);
        expect(rig.count(CONTROL.authorization)).toBeLessThanOrEqual(1 + 3);
        await rig.dispose();
      },
    ),
    { numRuns: Number(process.env.ZVT_RUNS ?? 100) },
  );
}, 300_000);

test("nothing of the card or the citizen's ticket reaches the log", async () => {
  const rig = new ZvtRig("zvt-serial");
  rig.terminal.faults.failNext({ fault: "wrong-amount" }, CONTROL.authorization);
  await rig.pay("SECRETO77");
  await rig.dispose();
  expect(JSON.stringify(rig.logs)).not.toMatch(/SECRETO77|0042|007919/);
});
