import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { systemClock } from "../../base/node/system-clock.ts";
import { createZvtTerminalSimulator, type ZvtTerminalSimulator } from "../../simulators/payment-terminal/zvt/device.ts";
import { CONTROL } from "../payment-terminal/zvt/messages.ts";
import type { ZvtModelName } from "../payment-terminal/zvt/models.ts";
import { loadKind } from "./kinds.ts";
import { paymentTerminalCli } from "./payment-terminal.ts";
import { runCli } from "./run.ts";

const FAST = { thinking: 1, pin: 5, bank: 5, boot: 50 };
const MODELS: readonly ZvtModelName[] = ["zvt-tcp", "zvt-serial"];
let events: Record<string, unknown>[];

beforeEach(() => {
  events = [];
});

type Options = Record<string, string | boolean>;

function runOn(
  model: string,
  port: string,
  command: string,
  options: Options = {},
  signal = new AbortController().signal,
) {
  const found = paymentTerminalCli.commands[command];
  if (found === undefined) throw new Error(`no command ${command}`);
  return found.run({ model, port, options, signal, event: (event) => events.push(event) });
}

test("a terminal that is not there is named, and soon", async () => {
  expect(await runOn("zvt-tcp", "127.0.0.1:1", "poll")).toMatchObject({
    outcome: "error",
    error: { code: "link.absent", message: expect.stringContaining("127.0.0.1:1") },
  });
});

test("what is no address, no password or no currency is bad usage, and nothing is opened", async () => {
  const bad = { outcome: "error", error: { code: "common.bad-input" } };
  expect(await runOn("zvt-tcp", "a b", "poll")).toMatchObject(bad);
  expect(await runOn("zvt-tcp", "127.0.0.1:99999", "poll")).toMatchObject(bad);
  expect(await runOn("zvt-tcp", "127.0.0.1", "poll", { password: "12" })).toMatchObject(bad);
  expect(await runOn("zvt-tcp", "127.0.0.1", "poll", { currency: "CLP" })).toMatchObject(bad);
});

test("what only ZVT has is refused on other models", async () => {
  const port = join(tmpdir(), "no-such-port");
  expect(await runOn("transbank-autoservicio", port, "diagnosis")).toMatchObject({
    error: { code: "payment.unsupported" },
  });
});

describe.each(MODELS)("with our simulator, %s", (model) => {
  let simulator: ZvtTerminalSimulator;
  const run = (command: string, options?: Options, signal?: AbortSignal) =>
    runOn(model, simulator.port, command, options, signal);

  beforeEach(async () => {
    const common = { id: "terminal", clock: systemClock, settings: FAST };
    const path = join(mkdtempSync(join(tmpdir(), "zvt-")), "port");
    simulator = await createZvtTerminalSimulator(
      model === "zvt-tcp" ? { ...common, model } : { ...common, model: "zvt-serial", path },
    );
    await simulator.start();
  });
  afterEach(() => simulator.stop());

  test("poll, sale, last sale, totals, reversal, close, log-off", async () => {
    expect(await run("poll")).toEqual({ outcome: "ok", result: { answering: true } });
    await simulator.actions.insertCard?.run({ kind: "credit", last4: "0042" });
    expect(await run("sale", { amount: "1500", ticket: "A1", voucher: true })).toMatchObject({
      outcome: "ok",
      result: {
        status: "approved",
        amount: 1500,
        ticket: "A1",
        last4: "0042",
        responseCode: "00",
        operationNumber: "0001",
        authorizationCode: "007919",
        voucher: expect.arrayContaining(["RECIBO: 0001"]),
      },
    });
    expect(events).toMatchObject([{ event: "prompt", prompt: "present-card" }, { prompt: "sending" }]);
    expect(await run("last-sale")).toMatchObject({ outcome: "ok", result: { found: true, ticket: "", amount: 1500 } });
    expect(await run("totals")).toEqual({ outcome: "ok", result: { count: 1, amount: 1500 } });
    expect(await run("refund", { operation: "0001" })).toMatchObject({
      outcome: "ok",
      result: { operationNumber: "0001" },
    });
    expect(await run("refund", { operation: "0001" })).toMatchObject({ error: { code: "payment.rejected" } });
    expect(simulator.terminal.ledger.balance).toBe(0);
    expect(await run("close", { voucher: true })).toMatchObject({ outcome: "ok" });
    expect(await run("log-off")).toEqual({ outcome: "ok", result: { loggedOff: true } });
  });

  test("a sale sends registration and authorisation and nothing else", async () => {
    await simulator.actions.insertCard?.run({});
    expect(await run("sale", { amount: "1500", ticket: "A1" })).toMatchObject({ outcome: "ok" });
    expect(simulator.terminal.requests).toEqual([CONTROL.registration, CONTROL.authorization]);
  });

  test.each(["issued", "not-issued"])("goods that are %s", async (goods) => {
    await simulator.actions.insertCard?.run({});
    const outcome = await run("sale", { amount: "1500", ticket: "A1", goods });
    expect(outcome).toMatchObject({ result: { status: goods === "issued" ? "approved" : "declined" } });
    expect(events).toContainEqual({ event: "approved", authorizationCode: "007919" });
    expect(simulator.terminal.ledger.balance).toBe(goods === "issued" ? 1500 : 0);
  });

  test("a declined sale is an ok outcome", async () => {
    await simulator.actions.insertCard?.run({});
    await simulator.actions.decline?.run({ code: "05" });
    expect(await run("sale", { amount: "1500", ticket: "A1" })).toMatchObject({
      outcome: "ok",
      result: { status: "declined", responseCode: "05" },
    });
  });

  test("stopped while the terminal waits for the card: it is asked to break off, and does", async () => {
    const abort = new AbortController();
    const selling = run("sale", { amount: "1500", ticket: "A1" }, abort.signal);
    await expect.poll(() => simulator.terminal.state.value.phase).toBe("waiting-card");
    abort.abort();
    expect(await selling).toMatchObject({ outcome: "ok", result: { status: "declined", responseCode: "6C" } });
  });

  test("the cable is pulled before the result was told: unknown or true, and charged at most once", async () => {
    simulator.terminal.faults.failNext(
      { fault: "unplug", when: "after-answer", replugAfter: 300 },
      CONTROL.authorization,
    );
    await simulator.actions.insertCard?.run({});
    // As `--timeout 5` does.
    const options = { amount: "2500", ticket: "A3", "ack-timeout": "500" };
    const outcome = await run("sale", options, AbortSignal.timeout(5_000));
    expect(["ok", "unknown"]).toContain(outcome.outcome);
    expect(simulator.terminal.ledger.approved.length).toBeLessThanOrEqual(1);
    if (outcome.outcome === "ok")
      expect(simulator.terminal.ledger.balance).toBe(outcome.result.status === "approved" ? 2500 : 0);
  }, 30_000);

  test("a sale is recorded without its card, and replayed without the terminal", async () => {
    const file = join(mkdtempSync(join(tmpdir(), "zvt-trace-")), "sale.jsonl");
    const cli = async (...args: string[]) => {
      const lines: { readonly [field: string]: unknown }[] = [];
      const out = (text: string) => lines.push(JSON.parse(text));
      const surroundings = { kinds: [], loadKind, clock: systemClock, onStop: () => {}, complain: () => {}, out };
      return { status: await runCli([...args, "--json"], surroundings), outcome: lines.at(-1) };
    };
    await simulator.actions.insertCard?.run({ kind: "credit", last4: "4242" });
    const sale = [
      "sale",
      "--model",
      model,
      "--port",
      simulator.port,
      "--amount",
      "1500",
      "--ticket",
      "A1",
      "--voucher",
    ];
    const sold = await cli("payment-terminal", ...sale, "--trace", file);
    expect(sold).toMatchObject({ status: 0, outcome: { result: { status: "approved", last4: "4242" } } });
    expect(readFileSync(file, "utf8")).not.toMatch(/4242|007919/);
    expect(await cli("replay", file)).toMatchObject({
      status: 0,
      outcome: { result: { status: "approved", amount: 1500, ticket: "A1", last4: "0000", operationNumber: "0001" } },
    });
  });
});
