import { describe, expect, test } from "vitest";
import { KioskStack } from "../../support/kiosk-stack.ts";
import { until } from "../../support/until.ts";
import { Account } from "./account.ts";
import { buysBono, paysWithCard, takesCard, toReview, toTerminal } from "./walk.ts";

/** The shortest times that a kiosk may be set to. */
const HASTY = { runtime: { timeouts: { idle: 20, grace: 20, finish: 5 } } };

async function withStack(work: (stack: KioskStack, account: Account) => Promise<void>): Promise<void> {
  const stack = await KioskStack.start(HASTY);
  try {
    await work(stack, await Account.open(stack));
  } finally {
    await stack.stop();
  }
}

describe.concurrent("a citizen who walks away", () => {
  test("before paying is asked once, and forgotten", () =>
    withStack(async (stack, account) => {
      await toReview(stack);
      await until("the question", () => stack.kiosk.view?.overlay?.kind === "still-there", 30_000);
      await stack.kiosk.sees("attract", undefined, 30_000);
      expect((await stack.settled()).journey.result).toBe("abandoned");
      expect(await account.now()).toMatchObject({ taken: 0, valid: 0, charges: [] });
      expect(stack.tracesOf("12345678", "12.345.678", "ROSA", "Rosa")).toEqual([]);
      await buysBono(stack);
    }));

  test("after paying: the papers are drawn in, and the case is known", () =>
    withStack(async (stack, account) => {
      const amount = await toTerminal(stack);
      await paysWithCard(stack);
      await stack.kiosk.sees("attract", undefined, 110_000);
      const { incidents, journey } = await stack.settled(60_000);
      expect((await stack.papers()).filter(({ place }) => place === "retracted").length).toBeGreaterThan(0);
      expect(await account.now()).toMatchObject({ taken: amount, valid: 1 });
      if (journey.result !== "delivered") expect(incidents).toHaveLength(1);
      await takesCard(stack);
      await stack.serves("fonasa");
      await buysBono(stack);
    }));

  test("without a card in the terminal: the terminal gives up, and nothing was charged", () =>
    withStack(async (stack, account) => {
      await toTerminal(stack);
      await stack.kiosk.sees("attract", undefined, 110_000);
      expect(await account.now()).toMatchObject({ taken: 0, valid: 0 });
      await stack.settled(60_000);
    }));
});
