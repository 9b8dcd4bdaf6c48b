import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { KioskStack } from "../../support/kiosk-stack.ts";
import { until } from "../../support/until.ts";
import { Account } from "./account.ts";
import { buysBono, finishes, leaves, paysWithCard, takesCard, toReview, toTerminal } from "./walk.ts";

let stack: KioskStack;
let account: Account;

beforeAll(async () => {
  stack = await KioskStack.start();
});
afterAll(() => stack?.stop());
beforeEach(async () => {
  account = await Account.open(stack);
});
afterEach(async () => {
  await stack.operator.act("payment-terminal", "clearFaults");
  await takesCard(stack);
});

async function fails(fault: string): Promise<void> {
  await stack.operator.act("payment-terminal", "failNext", { fault, on: "0200" });
}

/** The terminal at work on the bank's answer: the moment in which anything may happen. */
async function atTheBank(): Promise<void> {
  await until("the bank asked", async () => (await stack.terminal()).phase === "bank");
}

async function delivered(): Promise<void> {
  await stack.takesPapers(2);
  expect((await finishes(stack)).result).toBe("delivered");
  await leaves(stack);
  expect((await stack.settled()).incidents).toEqual([]);
}

describe("a card that is declined", () => {
  test("three times ends with nothing charged and no fourth attempt", async () => {
    await toTerminal(stack);
    for (let attempt = 1; attempt <= 3; attempt++) {
      await stack.operator.act("payment-terminal", "decline", { code: "01" });
      await paysWithCard(stack);
      await stack.kiosk.sees("problem", /rechazada/);
      await takesCard(stack);
      expect(stack.kiosk.may("RETRY")).toBe(attempt < 3);
      if (attempt === 3) break;
      await stack.kiosk.does({ type: "RETRY" });
      await stack.kiosk.sees("pay", /acerque/i);
    }
    await stack.kiosk.does({ type: "FINISH" });
    expect(await stack.kiosk.sees("finish", /no se hizo ningún cobro/i)).toMatchObject({ result: "nothing-done" });
    await leaves(stack);
    const { taken, charges, valid } = await account.now();
    expect({ taken, valid }).toEqual({ taken: 0, valid: 0 });
    expect(new Set(charges.map(({ ticket }) => ticket)).size).toBe(3);
    expect((await stack.settled()).incidents).toEqual([]);
  });

  test("is followed by another that pays", async () => {
    const amount = await toTerminal(stack);
    await stack.operator.act("payment-terminal", "decline", { code: "01" });
    await paysWithCard(stack);
    await stack.kiosk.sees("problem");
    await stack.kiosk.does({ type: "RETRY" });
    await delivered();
    expect(await account.now()).toMatchObject({
      taken: amount,
      valid: 1,
      charges: [{ moneyMoved: false }, { moneyMoved: true }],
    });
  });
});

describe("a terminal that is unplugged during a sale and plugged in again soon", () => {
  test.each(["unplug-after-ack", "unplug-before-response", "unplug-after-response"])(
    "%s: the money that was taken brings the bono, once",
    async (fault) => {
      await fails(fault);
      await toReview(stack);
      await stack.kiosk.does({ type: "CONFIRM" });
      const { amount } = await stack.kiosk.sees("pay");
      await until("a card asked for", async () => (await stack.terminal()).phase === "waiting-card");
      await paysWithCard(stack);
      await delivered();
      expect(await account.now()).toMatchObject({ taken: amount, valid: 1, charges: [{ moneyMoved: true }] });
    },
  );

  test("before it took the request: nothing is charged, and another attempt pays", async () => {
    await fails("unplug-before-ack");
    await toReview(stack);
    await stack.kiosk.does({ type: "CONFIRM" });
    const { amount } = await stack.kiosk.sees("pay");
    await stack.kiosk.sees("problem", /no se hizo ningún cobro/i, 60_000);
    await stack.kiosk.does({ type: "RETRY" });
    await until("a card asked for", async () => (await stack.terminal()).phase === "waiting-card");
    await paysWithCard(stack);
    await delivered();
    expect(await account.now()).toMatchObject({ taken: amount, valid: 1 });
  });

  test("and the bank declined meanwhile: nothing is charged, and the citizen may try again", async () => {
    await toTerminal(stack);
    await stack.operator.act("payment-terminal", "decline", { code: "01" });
    await paysWithCard(stack);
    await atTheBank();
    await stack.operator.act("payment-terminal", "unplug");
    await until("the bank's answer", async () => (await stack.terminal()).phase === "idle", 60_000);
    await stack.operator.act("payment-terminal", "plug");
    await stack.kiosk.sees("problem", /no se hizo ningún cobro/i, 60_000);
    await stack.kiosk.does({ type: "FINISH" });
    await finishes(stack);
    await leaves(stack);
    expect(await account.now()).toMatchObject({ taken: 0, valid: 0 });
    expect((await stack.settled()).incidents).toEqual([]);
  });
});

describe("a terminal that answers badly", () => {
  test.each(["wrong-lrc", "duplicate-response", "drop-ack", "drop-response"])(
    "%s: the sale is charged once and delivered",
    async (fault) => {
      await fails(fault);
      await toReview(stack);
      await stack.kiosk.does({ type: "CONFIRM" });
      const { amount } = await stack.kiosk.sees("pay");
      await until("a card asked for", async () => (await stack.terminal()).phase === "waiting-card", 40_000);
      await paysWithCard(stack);
      await delivered();
      expect(await account.now()).toMatchObject({ taken: amount, valid: 1, charges: [{ moneyMoved: true }] });
    },
  );
});

describe("a terminal whose power fails during a sale", () => {
  test("before the bank decided: nothing is charged, and the kiosk sells again", async () => {
    await toTerminal(stack);
    await paysWithCard(stack);
    await atTheBank();
    await stack.operator.act("payment-terminal", "powerOff");
    await stack.operator.act("payment-terminal", "powerOn");
    await stack.kiosk.sees("problem", /no se hizo ningún cobro/i, 60_000);
    await stack.kiosk.does({ type: "FINISH" });
    await finishes(stack);
    await leaves(stack);
    expect(await account.now()).toMatchObject({ taken: 0, valid: 0 });
    await stack.serves("fonasa");
    await buysBono(stack);
    expect(await account.now()).toMatchObject({ valid: 1 });
  });
});
