import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { KioskStack } from "../../support/kiosk-stack.ts";
import { until } from "../../support/until.ts";
import { Account } from "./account.ts";
import { buysBono, paysWithCard, takesCard, toTerminal } from "./walk.ts";

let stack: KioskStack;
let account: Account;

beforeAll(async () => {
  stack = await KioskStack.start();
  account = await Account.open(stack);
});
afterAll(() => stack?.stop());

describe("a terminal that is unplugged during a sale and stays away", () => {
  test("the citizen gets an incident's number; nothing is sold until it is known what happened", async () => {
    const amount = await toTerminal(stack);
    await paysWithCard(stack);
    await until("the bank asked", async () => (await stack.terminal()).phase === "bank");
    await stack.operator.act("payment-terminal", "unplug");
    const [paper = ""] = await stack.takesPapers(1, 100_000);
    const last = await stack.kiosk.sees("finish", /no sabemos si el pago se hizo/i);
    expect(last).toMatchObject({ result: "incident" });
    expect(paper).toContain(last.reference?.value);
    await stack.kiosk.does({ type: "FINISH" });
    await until("the terminal held", async () => (await stack.health()).terminalHeld);
    const recorded = stack.lastJourney();
    expect(recorded.incidents).toMatchObject([{ number: last.reference?.value, kind: "payment-unknown", amount }]);
    expect(recorded.journey.settled_at).toBeNull();

    await stack.operator.act("payment-terminal", "plug");
    const { incidents } = await stack.settled(60_000);
    expect(incidents).toMatchObject([{ finding: "charge-approved" }]);
    expect((await account.now()).charges).toHaveLength(1);
    await until("the gateway told", () =>
      stack.gatewayIncidents().some(({ number }) => number === last.reference?.value),
    );
    await takesCard(stack);
    await stack.serves("fonasa");
    await buysBono(stack);
    expect(await account.now()).toMatchObject({ valid: 1 });
  });
});
