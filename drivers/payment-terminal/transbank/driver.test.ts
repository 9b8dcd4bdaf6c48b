import { afterEach, describe, expect, test } from "vitest";
import { CREDIT, DEBIT, PaymentRig } from "../../../tests/support/payment-terminal.ts";
import { RESPONSE_CODES } from "./response-codes.ts";
import { transbankSettings } from "./settings.ts";

let rig: PaymentRig;
afterEach(() => rig.dispose());

describe("conditions", () => {
  test("a terminal without keys is out of service until they are loaded", async () => {
    rig = new PaymentRig();
    rig.terminal.loseKeys();
    expect(await rig.pay("A1")).toMatchObject({ outcome: "ok", value: { status: "declined", responseCode: "26" } });
    expect(rig.driver.status.value).toMatchObject({
      readiness: "unavailable",
      conditions: [{ code: "needs-keys", severity: "fault", who: "technician" }],
    });
    expect(await rig.settle(rig.driver.loadKeys())).toEqual({ outcome: "ok", value: undefined });
    expect(rig.driver.status.value).toMatchObject({ readiness: "ready", conditions: [] });
  });

  test.each(Object.entries(RESPONSE_CODES).filter(([, { condition, statusOnly }]) => condition && !statusOnly))(
    "code %s raises its condition, and an approved sale disproves it",
    async (code, { condition }) => {
      rig = new PaymentRig();
      rig.terminal.decline(code);
      await rig.pay("A1");
      expect(rig.driver.status.value.conditions).toMatchObject([{ code: condition }]);
      await rig.pay("A2");
      expect(rig.driver.status.value.conditions).toEqual([]);
    },
  );

  test("one unreadable card is a warning, the terminal stays in service", async () => {
    rig = new PaymentRig();
    rig.terminal.decline("09");
    await rig.pay("A1");
    expect(rig.driver.status.value).toMatchObject({ readiness: "ready", conditions: [{ severity: "warning" }] });
  });
});

describe("heartbeat", () => {
  test("a line that goes dead while idle is noticed, and its return too", async () => {
    rig = new PaymentRig("transbank-autoservicio", { driver: { heartbeat: 30_000 } });
    await rig.clock.advance(31_000);
    expect(rig.driver.status.value).toMatchObject({ readiness: "ready", provisional: false });
    rig.terminal.faults.failRepeatedly({ fault: "drop-request" });
    await rig.clock.advance(120_000);
    expect(rig.driver.status.value).toMatchObject({
      readiness: "unavailable",
      conditions: [{ code: "not-answering" }],
    });
    rig.terminal.faults.clear();
    await rig.clock.advance(31_000);
    expect(rig.driver.status.value).toMatchObject({ readiness: "ready", conditions: [] });
  });

  test("no heartbeat falls into a sale", async () => {
    rig = new PaymentRig("transbank-autoservicio", { driver: { heartbeat: 500 } });
    const paying = rig.driver.sale(rig.intent("A1"));
    await rig.clock.advance(20_000);
    rig.terminal.insertCard(DEBIT);
    expect(await rig.settle(paying)).toMatchObject({ outcome: "ok", value: { status: "approved" } });
    expect(rig.terminal.requests.filter((code) => code !== "0100")).toEqual(["0200"]);
    expect(rig.terminal.requests.at(-1)).toBe("0200");
  });
});

describe("commands", () => {
  test("initialising waits for the terminal to come back and asks for the result", async () => {
    rig = new PaymentRig("transbank-autoservicio", { terminal: { boot: 90_000 } });
    expect(await rig.settle(rig.driver.initialise())).toEqual({ outcome: "ok", value: undefined });
    expect(rig.terminal.requests.at(0)).toBe("0070");
    expect(rig.terminal.requests.at(-1)).toBe("0080");
  });

  test("Autoservicio gives back only the sale that is meant", async () => {
    rig = new PaymentRig();
    rig.terminal.insertCard(CREDIT);
    const first = await rig.settle(rig.driver.sale(rig.intent("A1")));
    await rig.settle(rig.driver.sale(rig.intent("A2", 2000)));
    if (first.outcome !== "ok") throw new Error("the sale failed");
    expect(await rig.settle(rig.driver.reverse(first.value))).toMatchObject({
      outcome: "error",
      error: { code: "payment.not-last-sale" },
    });
    expect(rig.terminal.ledger.balance).toBe(3500);
    expect(rig.terminal.requests).not.toContain("1200");
  });

  test("Integrado gives back by operation number, also an older sale; a debit sale is refused", async () => {
    rig = new PaymentRig("transbank-integrado");
    rig.terminal.insertCard(CREDIT);
    const first = await rig.settle(rig.driver.sale(rig.intent("A1")));
    const second = await rig.pay("A2");
    if (first.outcome !== "ok" || second.outcome !== "ok") throw new Error("a sale failed");
    expect(await rig.settle(rig.driver.reverse(first.value))).toMatchObject({ outcome: "ok" });
    expect(await rig.settle(rig.driver.reverse(second.value))).toMatchObject({
      outcome: "error",
      error: { code: "payment.rejected", message: expect.stringContaining("08") },
    });
    expect(rig.terminal.ledger.balance).toBe(1500);
  });

  test.each(["close", "loadKeys", "refund"] as const)(
    "%s that is not answered is unknown, not an error",
    async (command) => {
      rig = new PaymentRig("transbank-autoservicio");
      await rig.pay("A1");
      rig.terminal.faults.failRepeatedly({ fault: "drop-response" });
      const work: { [name in typeof command]: () => Promise<unknown> } = {
        close: () => rig.driver.closeDay(),
        loadKeys: () => rig.driver.loadKeys(),
        refund: () => rig.driver.refund(undefined),
      };
      expect(await rig.settle(work[command]())).toMatchObject({
        outcome: "unknown",
        error: { code: "payment.in-doubt" },
      });
    },
  );

  test("a question that is not answered is an error: nothing can have happened", async () => {
    rig = new PaymentRig();
    rig.terminal.faults.failRepeatedly({ fault: "drop-request" });
    const noAnswer = { outcome: "error", error: { code: "payment.no-answer" } };
    expect(await rig.settle(rig.driver.poll())).toMatchObject(noAnswer);
    expect(await rig.settle(rig.driver.lastSale())).toMatchObject(noAnswer);
  });

  test("the voucher's lines come with a sale, and with the close", async () => {
    rig = new PaymentRig();
    expect(await rig.pay("A1")).toMatchObject({
      outcome: "ok",
      value: { voucher: expect.arrayContaining(["        TARJETA DE DÉBITO", "BOLETA A1"]) },
    });
    expect(await rig.settle(rig.driver.closeDay())).toMatchObject({
      outcome: "ok",
      value: { voucher: [expect.stringContaining("CIERRE"), "VENTAS: 1"] },
    });
  });
});

test("settings out of range are refused by name", () => {
  rig = new PaymentRig();
  expect(() => transbankSettings({ ack: 1 })).toThrow("ack");
  expect(() => transbankSettings({ timeout: 5 } as never)).toThrow("timeout");
});
