import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { KioskStack, QUICK_GATEWAY } from "../../support/kiosk-stack.ts";
import { until } from "../../support/until.ts";
import { Account } from "./account.ts";
import { buysBono, finishes, leaves, passesTheChip, paysWithCard, takesCard, toReview, toTerminal } from "./walk.ts";

let stack: KioskStack;
let account: Account;

beforeAll(async () => {
  stack = await KioskStack.start({ gateway: QUICK_GATEWAY });
});
afterAll(() => stack?.stop());
beforeEach(async () => {
  account = await Account.open(stack);
});
afterEach(async () => {
  await takesCard(stack);
  await stack.operator.act("fonasa-bono", "restore");
  await stack.serves("fonasa", "srcei");
});

async function bonoFails(fault: string, times: number): Promise<void> {
  await stack.operator.act("fonasa-bono", "fail", { fault, times });
}

/** The citizen reads that the money went back, holds a paper that says so, and it is true. */
async function refunded(amount: number): Promise<void> {
  const [paper = ""] = await stack.takesPapers(1, 90_000);
  const last = await stack.kiosk.sees("finish");
  expect(last.result).toBe("refunded");
  expect(paper).toMatch(/DEVOLUCIÓN/);
  expect(paper).toContain(`$${amount.toLocaleString("es-CL")}`);
  await leaves(stack);
  expect(await account.now()).toMatchObject({ taken: 0, valid: 0, charges: [{ moneyMoved: true, reversed: true }] });
}

describe("a gateway that is away", () => {
  test("before anybody comes: services that need it are closed, and open again when it is back", async () => {
    const { kiosk } = stack;
    await stack.killGateway();
    await kiosk.sees("attract");
    await kiosk.does({ type: "START" });
    const closed = async (service: string) =>
      (await kiosk.sees("services")).services.find(({ id }) => id === service)?.unavailable !== undefined;
    await until("the bono is closed", () => closed("fonasa/bono-atencion"));
    expect(await closed("chileatiende/solicitud-contacto")).toBe(false);
    await stack.startGateway();
    await until("the bono is open again", async () => !(await closed("fonasa/bono-atencion")));
    await kiosk.does({ type: "LEAVE" });
    await kiosk.sees("attract");
  });

  test("when data is looked up: the citizen is told, and may try again when it is back", async () => {
    const { kiosk, operator } = stack;
    await kiosk.does({ type: "START" });
    await kiosk.opens("fonasa/bono-atencion");
    await kiosk.does({ type: "CONTINUE" });
    await kiosk.sees("identify");
    await operator.act("code-reader", "present-card", { run: "12345678-5" });
    await passesTheChip(kiosk);
    await stack.killGateway();
    await kiosk.does({ type: "ACCEPT" });
    await kiosk.sees("problem");
    await stack.startGateway();
    await kiosk.does({ type: "RETRY" });
    await kiosk.seesOneOf(["choose"]);
    await kiosk.does({ type: "LEAVE" });
    await kiosk.does({ type: "LEAVE" });
    await kiosk.sees("attract");
    expect(await account.now()).toMatchObject({ taken: 0, valid: 0 });
  });

  test("after the payment, before the bono was asked for: the money is given back", async () => {
    const amount = await toTerminal(stack);
    await stack.killGateway();
    await paysWithCard(stack);
    await refunded(amount);
    await stack.settled();
    await takesCard(stack);
    await stack.startGateway();
  });

  test("while the bono is issued, and back soon: the bono is delivered, once", async () => {
    await toTerminal(stack);
    await stack.operator.act("fonasa-bono", "slow", { milliseconds: 60_000 });
    await paysWithCard(stack);
    await until("the bono at FONASA", async () => (await account.now()).valid === 1);
    await stack.killGateway();
    await stack.operator.act("fonasa-bono", "restore");
    await stack.startGateway();
    await stack.takesPapers(2);
    expect((await finishes(stack)).result).toBe("delivered");
    await leaves(stack);
    expect(await account.now()).toMatchObject({ valid: 1, annulled: 0, charges: [{ reversed: false }] });
  });
});

describe("an institution that fails when the bono is issued", () => {
  test("with an error, once: asked by its key, and delivered or refunded", async () => {
    const amount = await toTerminal(stack);
    await bonoFails("error-500", 1);
    await paysWithCard(stack);
    const papers = await stack.takesPapers(1, 90_000);
    const delivered = /BONO/.test(papers[0] ?? "");
    if (delivered) await stack.takesPapers(1);
    const last = await finishes(stack);
    await leaves(stack);
    expect(last.result).toBe(delivered ? "delivered" : "refunded");
    expect(await account.now()).toMatchObject(delivered ? { taken: amount, valid: 1 } : { taken: 0, valid: 0 });
  });

  test("cut off: the money is given back", async () => {
    const amount = await toTerminal(stack);
    await stack.operator.act("fonasa-bono", "cut");
    await paysWithCard(stack);
    await refunded(amount);
  });

  test.each(["drop-answer", "malformed", "duplicate-key"])(
    "%s: the bono that was issued is delivered, once",
    async (fault) => {
      const amount = await toTerminal(stack);
      await bonoFails(fault, 1);
      await paysWithCard(stack);
      await stack.takesPapers(2);
      expect((await finishes(stack)).result).toBe("delivered");
      await leaves(stack);
      expect(await account.now()).toMatchObject({ taken: amount, valid: 1, annulled: 0 });
    },
  );

  test("slow: the bono is delivered, once", async () => {
    const amount = await toTerminal(stack);
    await stack.operator.act("fonasa-bono", "slow", { milliseconds: 2_500 });
    await paysWithCard(stack);
    await until("the bono at FONASA", async () => (await account.now()).valid === 1);
    await stack.operator.act("fonasa-bono", "restore");
    await stack.takesPapers(2, 60_000);
    await finishes(stack);
    await leaves(stack);
    expect(await account.now()).toMatchObject({ taken: amount, valid: 1 });
  });

  test("when the price is asked: nothing is charged, and the citizen is told", async () => {
    await toReview(stack);
    await stack.kiosk.does({ type: "BACK" });
    await stack.kiosk.sees("choose");
    await stack.operator.act("fonasa-bono", "cut");
    const { options } = await stack.kiosk.sees("choose");
    await stack.kiosk.does({ type: "SELECT", option: options[1]?.id ?? "" });
    await stack.kiosk.sees("problem");
    await stack.kiosk.does({ type: "LEAVE" });
    if (stack.kiosk.view?.overlay !== undefined) await stack.kiosk.does({ type: "LEAVE" });
    await stack.kiosk.seesOneOf(["attract", "out-of-service"]);
    expect(await account.now()).toMatchObject({ taken: 0, valid: 0 });
  });

  test("and is back: the next citizen is served", async () => {
    await buysBono(stack);
    expect(await account.now()).toMatchObject({ valid: 1 });
  });
});
