import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { fromLatin1, toLatin1 } from "../../base/bytes/bytes.ts";
import { silentLogger } from "../../base/log.ts";
import { systemClock } from "../../base/node/system-clock.ts";
import {
  createPaymentTerminalSimulator,
  type PaymentTerminalSimulator,
} from "../../simulators/payment-terminal/device.ts";
import { PtyWire } from "../../simulators/wire/pty.ts";
import { encodeFrame, StxEtxLrcReader } from "../framing/stx-etx-lrc.ts";
import { TransbankTerminal } from "../payment-terminal/transbank/driver.ts";
import { serialChannel } from "../transport/serial.ts";
import type { CliOutcome } from "./kind.ts";
import { paymentTerminalCli } from "./payment-terminal.ts";

const FAST = { thinking: 1, pin: 5, bank: 5, boot: 50 };
let path: string;
let events: Record<string, unknown>[];

beforeEach(() => {
  path = join(mkdtempSync(join(tmpdir(), "terminal-")), "port");
  events = [];
});

function run(command: string, options: Record<string, string | boolean> = {}, signal = new AbortController().signal) {
  const found = paymentTerminalCli.commands[command];
  if (found === undefined) throw new Error(`no command ${command}`);
  const context = { model: "transbank-autoservicio", port: path, options, signal };
  return found.run({ ...context, event: (event) => events.push(event) });
}

test("a port that is not there is named, and soon", async () => {
  expect(await run("poll")).toMatchObject({
    outcome: "error",
    error: { code: "link.absent", message: expect.stringContaining(path) },
  });
});

describe("with our simulator on a pseudo-terminal", () => {
  let simulator: PaymentTerminalSimulator;

  beforeEach(async () => {
    simulator = createPaymentTerminalSimulator({
      id: "terminal",
      model: "transbank-autoservicio",
      path,
      clock: systemClock,
      settings: FAST,
    });
    await simulator.start();
  });
  afterEach(() => simulator.stop());

  test("poll, sale, last sale, refund", async () => {
    expect(await run("poll")).toEqual({ outcome: "ok", result: { answering: true } });
    await simulator.actions.insertCard?.run({ kind: "credit", last4: "0042" });
    expect(await run("sale", { amount: "1500", ticket: "A1" })).toMatchObject({
      outcome: "ok",
      result: {
        status: "approved",
        amount: 1500,
        ticket: "A1",
        last4: "0042",
        responseCode: "00",
        operationNumber: "000001",
        authorizationCode: expect.any(String),
      },
    });
    expect(events).toMatchObject([{ event: "prompt", prompt: "present-card" }, { prompt: "sending" }]);
    expect(await run("last-sale")).toMatchObject({ outcome: "ok", result: { ticket: "A1" } });
    expect(await run("refund")).toMatchObject({ outcome: "ok", result: { operationNumber: "000001" } });
    expect(simulator.terminal.ledger.balance).toBe(0);
    expect(simulator.terminal.requests).toEqual(["0100", "0200", "0250", "1200"]);
  });

  test("a declined sale is an ok outcome", async () => {
    await simulator.actions.insertCard?.run({});
    await simulator.actions.decline?.run({ code: "01" });
    expect(await run("sale", { amount: "1500", ticket: "A1" })).toMatchObject({
      outcome: "ok",
      result: { status: "declined", responseCode: "01" },
    });
  });

  test("bad numbers are errors, and nothing is sent", async () => {
    expect(await run("sale", { amount: "15.5", ticket: "A1" })).toMatchObject({ error: { code: "payment.amount" } });
    expect(await run("poll", { baud: "fast" })).toMatchObject({ error: { code: "common.bad-input" } });
    expect(await run("poll", { "ack-timeout": "1" })).toMatchObject({ error: { code: "common.bad-input" } });
    expect(simulator.terminal.requests).toEqual([]);
  });

  test("stopped in the middle of a sale: unknown, at once", async () => {
    const abort = new AbortController();
    const selling = run("sale", { amount: "1500", ticket: "A1" }, abort.signal);
    await expect.poll(() => simulator.terminal.state.value.phase).toBe("waiting-card");
    abort.abort();
    expect(await selling).toMatchObject({ outcome: "unknown", error: { code: "payment.in-doubt" } });
  });

  test("the cable is pulled after the amount was sent and put back: the sale is found, charged once", async () => {
    simulator.terminal.faults.failNext({ fault: "unplug", when: "before-response", replugAfter: 300 }, "0200");
    await simulator.actions.insertCard?.run({});
    expect(await run("sale", { amount: "2500", ticket: "A3" })).toMatchObject({
      outcome: "ok",
      result: { status: "approved", ticket: "A3" },
    });
    expect(simulator.terminal.ledger.timesCharged("A3")).toBe(1);
  });

  test("a driver that keeps running serves again after unplug and replug, without a restart", async () => {
    const terminal = new TransbankTerminal({
      id: "terminal",
      model: "transbank-autoservicio",
      open: serialChannel({ path, baudRate: 19_200 }, systemClock),
      clock: systemClock,
      log: silentLogger,
      random: Math.random,
    });
    terminal.start();
    expect(await terminal.poll()).toMatchObject({ outcome: "ok" });
    await simulator.actions.unplug?.run({});
    await expect.poll(() => terminal.status.value.link).toBe("absent");
    await simulator.actions.plug?.run({});
    await expect.poll(() => terminal.status.value.link, { timeout: 5_000 }).toBe("connected");
    expect(await terminal.poll()).toMatchObject({ outcome: "ok" });
    await terminal.stop();
  });
});

describe("with somebody else's terminal", () => {
  let wire: PtyWire;
  let requests: string[];

  /** Answers each request with the next of its replies; `undefined` is silence, numbers are single bytes. */
  function terminal(script: { readonly [code: string]: readonly (readonly (number | string | Uint8Array)[])[] }): void {
    const turns: Record<string, number> = {};
    requests = [];
    wire = new PtyWire(path);
    const reader = new StxEtxLrcReader();
    wire.onBytes((bytes) => {
      for (const item of reader.push(bytes)) {
        if (item.kind !== "frame") {
          requests.push(item.kind);
          continue;
        }
        const code = fromLatin1(item.data).slice(0, 4);
        requests.push(code);
        const turn = turns[code] ?? 0;
        turns[code] = turn + 1;
        const replies = script[code] ?? [];
        for (const reply of replies[Math.min(turn, replies.length - 1)] ?? [])
          void wire.write(
            typeof reply === "number"
              ? Uint8Array.of(reply)
              : typeof reply === "string"
                ? encodeFrame(toLatin1(reply))
                : reply,
          );
      }
    });
    wire.plug();
  }
  afterEach(() => wire.unplug());

  const OK = "0210|00|597000000009|IM750001|A1|654321|1500|0007|000077|DB";
  const sale = (): Promise<CliOutcome> => run("sale", { amount: "1500", ticket: "A1", "ack-timeout": "150" });

  test("that answers ACK and response at once and knows no poll", async () => {
    terminal({ "0200": [[6, OK]] });
    expect(await sale()).toMatchObject({ outcome: "ok", result: { last4: "0007", operationNumber: "000077" } });
    await expect.poll(() => requests).toEqual(["0200", "ack"]);
  });

  test("that answers NAK first, then a wrong LRC, with status messages in between", async () => {
    const wrong = encodeFrame(toLatin1(OK)).map((byte, index, all) => (index === all.length - 1 ? byte ^ 1 : byte));
    terminal({ "0200": [[0x15], [6, "0900|78", "0900|82", wrong, OK]] });
    expect(await sale()).toMatchObject({ outcome: "ok", result: { status: "approved" } });
    await expect.poll(() => requests).toContain("nak");
    expect(requests.filter((request) => request === "0200")).toHaveLength(2);
    expect(events).toMatchObject([{ code: "78" }, { code: "82" }]);
  });

  test("that is deaf to the first sale: poll, last sale, and the sale again", async () => {
    terminal({ "0100": [[6]], "0250": [[6, "0260|11|597000000009|IM750001"]], "0200": [[], [6, OK]] });
    expect(await sale()).toMatchObject({ outcome: "ok", result: { status: "approved" } });
    expect(requests.filter((request) => request !== "ack")).toEqual(["0200", "0100", "0250", "0200"]);
  });

  test("that takes the sale and says nothing: the last sale tells", async () => {
    const lastSale = OK.replace("0210", "0260");
    terminal({ "0100": [[6]], "0250": [[6, lastSale]], "0200": [[]] });
    expect(await sale()).toMatchObject({ outcome: "ok", result: { status: "approved", authorizationCode: "654321" } });
    expect(requests.filter((request) => request === "0200")).toHaveLength(1);
  });
});
