import { afterEach, beforeEach, expect, test } from "vitest";
import { contractSuite } from "../contract-suite.ts";
import { StatusHistory } from "../first-status.suite.ts";
import type { PaymentTerminal } from "./interface.ts";

/** A terminal, and the hands and the bank beside it. */
export type PaymentTerminalHarness = {
  readonly terminal: PaymentTerminal;
  readonly insertCard: (kind: "credit" | "debit", last4: string) => void;
  readonly removeCard: () => void;
  /** The bank says no to the payment under way or the next one. */
  readonly decline: () => void;
  readonly cancelAtTerminal: () => void;
  readonly unplug: () => void;
  readonly plug: () => void;
  /** Nothing passes either way until the line is opened anew; absent where that cannot be played. */
  readonly hang?: () => void;
  /** Money that left citizens' accounts and was not given back, integer pesos. */
  readonly balance: () => number;
  /** Wall-clock time, milliseconds since the epoch. */
  readonly now: () => number;
  /** Lets time pass until `work` has ended. */
  readonly settle: <T>(work: Promise<T>) => Promise<T>;
  readonly dispose: () => Promise<void>;
};

/**
 * A poll, a sale and the question after it: what is recorded of a model and replayed to its driver afterwards, where the hand does
 * nothing.
 */
export async function paymentScenario(
  terminal: PaymentTerminal,
  { insertCard, now, settle }: Pick<PaymentTerminalHarness, "insertCard" | "now" | "settle">,
): Promise<void> {
  expect(await settle(terminal.poll())).toEqual({ outcome: "ok", value: undefined });
  insertCard("credit", "0042");
  const sale = await settle(terminal.sale({ ticket: "T00001", amount: 1500, startedAt: now() }));
  expect(sale).toMatchObject({
    outcome: "ok",
    value: { status: "approved", responseCode: "00", amount: 1500, ticket: "T00001", last4: "0042" },
  });
  expect(await settle(terminal.lastSale())).toMatchObject({ outcome: "ok", value: { ticket: "T00001", amount: 1500 } });
}

/** What every model of payment terminal must do. Registers vitest tests. */
export const paymentTerminalContract = contractSuite("payment-terminal", (make: () => PaymentTerminalHarness) => {
  let harness: PaymentTerminalHarness;
  beforeEach(() => {
    harness = make();
  });
  afterEach(() => harness.dispose());

  const sale = (ticket: string, amount: number) =>
    harness.settle(harness.terminal.sale({ ticket, amount, startedAt: harness.now() }));

  test("a poll shows that the terminal is there, and the status says so", async () => {
    expect(await harness.settle(harness.terminal.poll())).toEqual({ outcome: "ok", value: undefined });
    expect(harness.terminal.status.value).toMatchObject({
      link: "connected",
      readiness: "ready",
      conditions: [],
      provisional: false,
    });
  });

  test("an approved sale carries what a receipt needs, text with its leading zeros", async () => {
    harness.insertCard("credit", "0042");
    const outcome = await sale("T00001", 1500);
    expect(outcome).toMatchObject({
      outcome: "ok",
      value: {
        status: "approved",
        responseCode: "00",
        amount: 1500,
        ticket: "T00001",
        last4: "0042",
        ...(harness.terminal.capabilities.tellsCardType && { cardType: "credit" }),
        authorizationCode: expect.stringMatching(/^\d{6}$/),
        operationNumber: expect.stringMatching(/^\d+$/),
        terminalTime: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/),
      },
    });
    expect(harness.balance()).toBe(1500);
  });

  test("a declined sale is an ok outcome with the status declined, and no money moved", async () => {
    harness.insertCard("debit", "1111");
    harness.decline();
    expect(await sale("T00002", 1500)).toMatchObject({ outcome: "ok", value: { status: "declined", amount: 1500 } });
    expect(harness.balance()).toBe(0);
  });

  test("a sale cancelled at the terminal is declined", async () => {
    const work = harness.terminal.sale(
      { ticket: "T00003", amount: 900, startedAt: harness.now() },
      { onPrompt: () => harness.cancelAtTerminal() },
    );
    expect(await harness.settle(work)).toMatchObject({ outcome: "ok", value: { status: "declined" } });
    expect(harness.balance()).toBe(0);
  });

  test("prompts tell what the citizen should do, in order", async () => {
    const prompts: string[] = [];
    const work = harness.terminal.sale(
      { ticket: "T00004", amount: 900, startedAt: harness.now() },
      {
        onPrompt: (prompt) => {
          prompts.push(prompt);
          if (prompt === "present-card") harness.insertCard("debit", "1111");
        },
      },
    );
    expect(await harness.settle(work)).toMatchObject({ outcome: "ok", value: { status: "approved" } });
    expect(prompts).toEqual(["present-card", "enter-pin", "sending"]);
  });

  test("the last sale is the one that was just made; without any there is none", async () => {
    expect(await harness.settle(harness.terminal.lastSale())).toEqual({ outcome: "ok", value: undefined });
    harness.insertCard("debit", "1111");
    await sale("T00005", 700);
    expect(await harness.settle(harness.terminal.lastSale())).toMatchObject({
      outcome: "ok",
      value: { ticket: "T00005", amount: 700, status: "approved" },
    });
  });

  test("recover finds a sale that was made and says no to one that was not", async () => {
    harness.insertCard("debit", "1111");
    const startedAt = harness.now();
    await sale("T00006", 700);
    expect(await harness.settle(harness.terminal.recover({ ticket: "T00006", amount: 700, startedAt }))).toMatchObject({
      outcome: "ok",
      value: { taken: true, sale: { status: "approved", ticket: "T00006" } },
    });
    const other = { ticket: "T00007", amount: 700, startedAt: startedAt - 600_000 };
    expect(await harness.settle(harness.terminal.recover(other))).toEqual({
      outcome: "ok",
      value: { taken: false },
    });
  });

  test("a credit sale is given back once; the second time is refused", async () => {
    harness.insertCard("credit", "0042");
    const outcome = await sale("T00008", 2500);
    if (outcome.outcome !== "ok") throw new Error("the sale failed");
    expect(await harness.settle(harness.terminal.reverse(outcome.value))).toMatchObject({
      outcome: "ok",
      value: { responseCode: "00", operationNumber: outcome.value.operationNumber },
    });
    expect(harness.balance()).toBe(0);
    expect(await harness.settle(harness.terminal.reverse(outcome.value))).toMatchObject({
      outcome: "error",
      error: { code: "payment.rejected" },
    });
  });

  test("amounts that are no whole pesos or out of range never reach the terminal", async () => {
    const { minAmount, maxAmount } = harness.terminal.capabilities;
    for (const amount of [0, -1, 10.5, minAmount - 1, maxAmount + 1, Number.NaN])
      expect(await sale("T00009", amount)).toMatchObject({ outcome: "error", error: { code: "payment.amount" } });
    expect(harness.balance()).toBe(0);
  });

  test("a ticket that would be cut or would break the message is refused", async () => {
    const { maxTicketLength } = harness.terminal.capabilities;
    for (const ticket of ["", "A|B", "A B", "A\u0003", "Ñ1", "X".repeat(maxTicketLength + 1)])
      expect(await sale(ticket, 1000)).toMatchObject({ outcome: "error", error: { code: "payment.ticket" } });
    harness.insertCard("debit", "1111");
    const longest = "Z".repeat(maxTicketLength);
    expect(await sale(longest, 1000)).toMatchObject({ outcome: "ok", value: { ticket: longest } });
  });

  test("a command while a sale is under way is told that the terminal is busy", async () => {
    const paying = harness.terminal.sale({ ticket: "T00010", amount: 900, startedAt: harness.now() });
    expect(harness.terminal.status.value.readiness).not.toBe("ready");
    expect(await harness.terminal.poll()).toMatchObject({ outcome: "error", error: { code: "payment.busy" } });
    harness.insertCard("debit", "1111");
    expect(await harness.settle(paying)).toMatchObject({ outcome: "ok" });
  });

  test("a sale cancelled before it left has no effect", async () => {
    const work = harness.terminal.sale(
      { ticket: "T00011", amount: 900, startedAt: harness.now() },
      { signal: AbortSignal.abort() },
    );
    expect(await harness.settle(work)).toMatchObject({ outcome: "error", error: { code: "common.cancelled" } });
    expect(harness.balance()).toBe(0);
  });

  test("an unplugged terminal is absent, refuses at once, and serves again when it is back", async () => {
    await harness.settle(harness.terminal.poll());
    harness.unplug();
    expect(await sale("T00012", 900)).toMatchObject({
      outcome: "error",
      error: { code: expect.stringMatching(/^link\./) },
    });
    // A socket's end may be known to the command a moment before it is to the connection; simulated time does not pass meanwhile.
    await expect.poll(() => harness.terminal.status.value).toMatchObject({ link: "absent", readiness: "unavailable" });
    harness.plug();
    harness.insertCard("debit", "1111");
    expect(await sale("T00013", 900)).toMatchObject({ outcome: "ok", value: { status: "approved" } });
  });

  test("a sale waits for the goods exactly where the capabilities say so", async () => {
    harness.insertCard("debit", "1111");
    const told: string[] = [];
    const waiting = (answer: "issued" | "not-issued") => (ticket: string) =>
      harness.settle(
        harness.terminal.sale(
          { ticket, amount: 900, startedAt: harness.now() },
          {
            onApproved: async (result) => {
              told.push(result.ticket);
              return answer;
            },
          },
        ),
      );
    if (!harness.terminal.capabilities.goodsIssue) {
      expect(await waiting("issued")("T00016")).toMatchObject({
        outcome: "error",
        error: { code: "payment.unsupported" },
      });
      expect(harness.balance()).toBe(0);
      return;
    }
    expect(await waiting("issued")("T00016")).toMatchObject({ outcome: "ok", value: { status: "approved" } });
    expect(harness.balance()).toBe(900);
    expect(await waiting("not-issued")("T00017")).toMatchObject({
      outcome: "ok",
      value: { status: "declined", goodsNotIssued: true, ticket: "T00017", amount: 900 },
    });
    expect(harness.balance()).toBe(900);
    expect(told).toEqual(["T00016", "T00017"]);
  });

  test("a terminal that hangs answers after a reset", async () => {
    await harness.settle(harness.terminal.poll());
    harness.hang?.();
    expect(await harness.settle(harness.terminal.reset())).toEqual({ outcome: "ok", value: undefined });
    expect(harness.terminal.status.value).toMatchObject({ readiness: "ready", conditions: [], provisional: false });
    harness.insertCard("debit", "1111");
    expect(await sale("T00018", 900)).toMatchObject({ outcome: "ok", value: { status: "approved" } });
  });

  test("a reset is refused while money may be moving, and the sale goes on", async () => {
    const paying = harness.terminal.sale({ ticket: "T00019", amount: 900, startedAt: harness.now() });
    expect(await harness.terminal.reset()).toMatchObject({ outcome: "error", error: { code: "payment.busy" } });
    harness.insertCard("debit", "1111");
    expect(await harness.settle(paying)).toMatchObject({ outcome: "ok", value: { status: "approved" } });
    expect(harness.balance()).toBe(900);
  });

  test("a reset forgets no sale: what was in doubt is found by asking for it afterwards", async () => {
    harness.insertCard("debit", "1111");
    const intent = { ticket: "T00020", amount: 900, startedAt: harness.now() };
    await harness.settle(harness.terminal.sale(intent));
    await harness.settle(harness.terminal.reset());
    expect(await harness.settle(harness.terminal.recover(intent))).toMatchObject({
      outcome: "ok",
      value: { taken: true, sale: { status: "approved", amount: 900 } },
    });
  });

  test("what it says first after it was connected is not believed before it has answered", async () => {
    const history = new StatusHistory(harness.terminal);
    harness.unplug();
    await expect.poll(() => harness.terminal.status.value.link).toBe("absent");
    harness.plug();
    expect(await harness.settle(harness.terminal.poll())).toMatchObject({ outcome: "ok" });
    history.expectRuleKept();
  });

  test("the day is closed", async () => {
    expect(await harness.settle(harness.terminal.closeDay())).toMatchObject({ outcome: "ok" });
  });

  test("totals and details are there exactly where the capabilities say so", async () => {
    const { totals, details } = harness.terminal.capabilities;
    harness.insertCard("debit", "1111");
    await sale("T00014", 700);
    await sale("T00015", 800);
    const counted = await harness.settle(harness.terminal.totals());
    if (totals) expect(counted).toEqual({ outcome: "ok", value: { count: 2, amount: 1500 } });
    else expect(counted).toMatchObject({ outcome: "error", error: { code: "payment.unsupported" } });
    const listed = await harness.settle(harness.terminal.details());
    if (details) expect(listed).toMatchObject({ outcome: "ok", value: [{ ticket: "T00014" }, { ticket: "T00015" }] });
    else expect(listed).toMatchObject({ outcome: "error", error: { code: "payment.unsupported" } });
  });
});
