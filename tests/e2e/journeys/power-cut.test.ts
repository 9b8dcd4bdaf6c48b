import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { KioskStack, QUICK_GATEWAY } from "../../support/kiosk-stack.ts";
import { until } from "../../support/until.ts";
import { Account } from "./account.ts";
import { buysBono, paysWithCard, takesCard, toTerminal } from "./walk.ts";

let stack: KioskStack;
let account: Account;

beforeAll(async () => {
  stack = await KioskStack.start({ gateway: QUICK_GATEWAY });
});
afterAll(() => stack?.stop());
beforeEach(async () => {
  account = await Account.open(stack);
});

/** After the cut: everything accounted for, nothing of the citizen left, and the next citizen served. */
async function recovered() {
  await stack.powerCut();
  await stack.kiosk.seesOneOf(["attract", "out-of-service"]);
  const last = await stack.settled(60_000);
  const outcome = await account.now();
  await takesCard(stack);
  await stack.kiosk.sees("attract", undefined, 60_000);
  await stack.serves("fonasa", "srcei");
  return { ...last, ...outcome };
}

async function servesTheNext(): Promise<void> {
  const next = await Account.open(stack);
  await buysBono(stack);
  expect(await next.now()).toMatchObject({ valid: 1, charges: [{ moneyMoved: true }] });
}

describe("a power cut of the kiosk", () => {
  test("before anything was sent leaves nothing behind", async () => {
    await stack.kiosk.does({ type: "START" });
    await stack.kiosk.opens("fonasa/bono-atencion");
    await stack.kiosk.sees("inform");
    expect(await recovered()).toMatchObject({ taken: 0, valid: 0, effects: [], incidents: [] });
  });

  test("while the terminal waits for a card: a card that pays afterwards gets its money back", async () => {
    await toTerminal(stack);
    stack.demo.parts.runtime.kill();
    await paysWithCard(stack);
    await until("the bank's approval", async () => (await account.now()).charges.length === 1);
    expect(await recovered()).toMatchObject({ taken: 0, valid: 0, charges: [{ moneyMoved: true, reversed: true }] });
    await servesTheNext();
  });

  test("while the bank is asked, and it declines: nothing was charged, and nobody needs to look", async () => {
    await toTerminal(stack);
    await stack.operator.act("payment-terminal", "decline", { code: "01" });
    await paysWithCard(stack);
    await until("the bank asked", async () => (await stack.terminal()).phase === "bank");
    stack.demo.parts.runtime.kill();
    await until("the bank's answer", async () => (await account.now()).charges.length === 1);
    expect(await recovered()).toMatchObject({ taken: 0, valid: 0, incidents: [] });
    await servesTheNext();
  });

  test("right after the payment: money and bono agree in the end, or a person is told", async () => {
    await toTerminal(stack);
    await paysWithCard(stack);
    await until("the payment journaled", () => stack.lastJourney().effects.some(({ detail }) => detail === "approved"));
    const { taken, valid, incidents } = await recovered();
    if (valid === 1)
      expect(incidents).toMatchObject([{ kind: expect.stringMatching(/paid-not-delivered|delivery-unknown/) }]);
    else expect({ taken, valid }).toEqual({ taken: 0, valid: 0 });
    await stack.operator.act("receipt-printer", "takeTicket").catch(() => undefined);
    await servesTheNext();
  });

  test("while the money is given back: it is back, or a person is told", async () => {
    await toTerminal(stack);
    await stack.operator.act("fonasa-bono", "cut");
    await paysWithCard(stack);
    await until("the refund begun", () => stack.lastJourney().effects.some(({ kind }) => kind === "refund"));
    stack.demo.parts.runtime.kill();
    await stack.operator.act("fonasa-bono", "restore");
    const { taken, valid, incidents } = await recovered();
    expect(valid).toBe(0);
    // The terminal may have answered before the kill arrived.
    if (incidents.length === 0) expect(taken).toBe(0);
    else expect(incidents).toMatchObject([{ kind: "refund-unknown" }]);
    await servesTheNext();
  });

  test("while the bono is issued: it is known to be valid, and a person is told that nobody got it", async () => {
    const amount = await toTerminal(stack);
    await stack.operator.act("fonasa-bono", "slow", { milliseconds: 60_000 });
    await paysWithCard(stack);
    await until("the bono at FONASA", async () => (await account.now()).valid === 1);
    stack.demo.parts.runtime.kill();
    await stack.operator.act("fonasa-bono", "restore");
    const { taken, valid, incidents } = await recovered();
    expect({ taken, valid }).toEqual({ taken: amount, valid: 1 });
    expect(incidents).toMatchObject([{ kind: "paid-not-delivered", amount }]);
    await servesTheNext();
  });

  test("while the bono is printed: the bono stays valid, and an incident says that the paper is in doubt", async () => {
    await toTerminal(stack);
    await paysWithCard(stack);
    await until("the print begun", () =>
      stack.lastJourney().effects.some(({ kind, state }) => kind === "print" && state === "sent"),
    );
    const { taken, valid, incidents } = await recovered();
    expect({ paid: taken > 0, valid }).toEqual({ paid: true, valid: 1 });
    expect(incidents).toMatchObject([{ kind: "delivery-unknown" }]);
    await until("the gateway told", () =>
      stack.gatewayIncidents().some(({ number }) => number === incidents[0]?.number),
    );
    await stack.operator.act("receipt-printer", "takeTicket").catch(() => undefined);
    await servesTheNext();
    expect(stack.tracesOf("12345678", "12.345.678", "ROSA ELENA", "Rosa Elena")).toEqual([]);
  });
});
