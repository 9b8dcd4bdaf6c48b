import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { fromLatin1, toLatin1 } from "../../base/bytes/bytes.ts";
import { SimulatedClock } from "../../base/clock.ts";
import { assertOk } from "../../base/result.ts";
import { ACK, encodeFrame, NAK, StxEtxLrcReader } from "../../drivers/framing/stx-etx-lrc.ts";
import type { TransbankModelName } from "../../drivers/payment-terminal/transbank/models.ts";
import type { ByteChannel } from "../../drivers/transport/byte-channel.ts";
import { MemoryWire } from "../wire/memory.ts";
import type { Card } from "./ledger.ts";
import type { TerminalSettings } from "./settings.ts";
import { SimulatedTerminal } from "./terminal.ts";

const DEBIT: Card = { kind: "debit", last4: "0042", brand: "P" };
const CREDIT: Card = { kind: "credit", last4: "0007", brand: "VI", instalments: 3 };

let clock: SimulatedClock;
let wire: MemoryWire;
let terminal: SimulatedTerminal;
let channel: ByteChannel;
let heard: string[];

beforeEach(() => {
  clock = new SimulatedClock();
});

afterEach(async () => {
  terminal.powerOff();
  await clock.advance(0);
  expect(clock.pending).toBe(0);
});

/** A cash register that only knows bytes; `acknowledging` answers every frame with ACK as a good one does. */
async function setUp(
  settings: Partial<TerminalSettings> = {},
  model: TransbankModelName = "transbank-autoservicio",
  acknowledging = true,
): Promise<void> {
  wire = new MemoryWire();
  terminal = new SimulatedTerminal({ model, wire, clock, settings });
  channel = assertOk(await wire.open(new AbortController().signal), "memory wire");
  heard = [];
  const reader = new StxEtxLrcReader();
  channel.onBytes((bytes) => {
    for (const item of reader.push(bytes)) {
      heard.push("data" in item ? `${item.kind} ${fromLatin1(item.data)}` : item.kind);
      if (acknowledging && item.kind === "frame") void channel.write(Uint8Array.of(ACK));
    }
  });
}

async function send(data: string, then = 5_000): Promise<string[]> {
  heard.length = 0;
  await channel.write(encodeFrame(toLatin1(data)));
  await clock.advance(then);
  return [...heard];
}

describe("a sale", () => {
  test("waits for the card, then the PIN, then the bank, and answers in the model's own positions", async () => {
    await setUp();
    expect(await send("0200|1500|A1|0|1")).toEqual(["ack", "frame 0900|78"]);
    expect(terminal.state.value).toMatchObject({ phase: "waiting-card", sale: { amount: 1500, ticket: "A1" } });
    terminal.insertCard(DEBIT);
    await clock.advance(10_000);
    expect(heard.slice(2)).toEqual([
      "frame 0900|81",
      "frame 0900|82",
      "frame 0210|00|597000000001|VT000001|A1|007919|1500|0042|000001|DB|00-00-00|042|P |23112026|090007",
    ]);
    expect(terminal.state.value.phase).toBe("idle");
    expect(terminal.ledger.balance).toBe(1500);
  });

  test("without the status flag says nothing before its answer", async () => {
    await setUp();
    terminal.insertCard(DEBIT);
    expect(await send("0200|1500|A1|0|0")).toEqual(["ack", expect.stringMatching(/^frame 0210\|00/)]);
  });

  test("on Integrado, with instalments", async () => {
    await setUp({}, "transbank-integrado");
    terminal.insertCard(CREDIT);
    expect(await send("0200|9999|B2|||0|")).toEqual([
      "ack",
      "frame 0210|00|597000000001|VT000001|B2|007919|9999|3|3333|0007|000001|CR|||VI|23112026|090002",
    ]);
  });

  test("declined, cancelled, timed out: no money moves", async () => {
    await setUp();
    terminal.decline("01");
    terminal.insertCard(DEBIT);
    expect((await send("0200|1500|A1|0|0")).at(-1)).toBe("frame 0210|01|597000000001|VT000001|A1||1500");
    terminal.removeCard();
    await send("0200|1500|A2|0|0");
    terminal.cancelAtTerminal();
    await clock.advance(0);
    expect(heard.at(-1)).toBe("frame 0210|07|||A2||1500");
    await send("0200|1500|A3|0|0", 61_000);
    expect(heard.at(-1)).toBe("frame 0210|22|597000000001|VT000001|A3||1500");
    expect(terminal.ledger.balance).toBe(0);
    expect(terminal.ledger.charges.map(({ responseCode }) => responseCode)).toEqual(["01", "07", "22"]);
  });

  test("a card pulled out during the PIN is a read error", async () => {
    await setUp();
    terminal.insertCard(DEBIT);
    await send("0200|1500|A1|0|0", 100);
    terminal.removeCard();
    await clock.advance(0);
    expect(heard.at(-1)).toMatch(/^frame 0210\|09/);
  });

  test("the bank of the operator waits for the operator", async () => {
    await setUp({ decision: "operator" });
    terminal.insertCard(DEBIT);
    expect(await send("0200|1500|A1|0|0", 100_000)).toEqual(["ack"]);
    terminal.approve();
    await clock.advance(0);
    expect(heard.at(-1)).toMatch(/^frame 0210\|00/);
  });

  test("the same sale twice is charged twice: a blind repetition is found out", async () => {
    await setUp();
    terminal.insertCard(DEBIT);
    await send("0200|1500|A1|0|0");
    await send("0200|1500|A1|0|0");
    expect(terminal.ledger.timesCharged("A1")).toBe(2);
  });

  test("autoplay plays the citizen only when nobody else does", async () => {
    await setUp({ autoplay: 3_000 });
    expect((await send("0200|1500|A1|0|0", 10_000)).at(-1)).toMatch(/^frame 0210\|00/);
    terminal.removeCard();
    await send("0200|1500|A2|0|0", 1_000);
    terminal.cancelAtTerminal();
    await clock.advance(10_000);
    expect(heard.at(-1)).toMatch(/^frame 0210\|07/);
  });
});

describe("acknowledgement", () => {
  test("a damaged request is answered NAK and not taken", async () => {
    await setUp();
    await channel.write(Uint8Array.of(2, 0x30, 3, 0x99));
    await clock.advance(0);
    expect(heard).toEqual(["nak"]);
    expect(terminal.requests).toEqual([]);
  });

  test("an answer that nobody acknowledges is sent three times, ten seconds apart", async () => {
    await setUp({}, "transbank-autoservicio", false);
    const answers = await send("0250|0", 60_000);
    expect(answers).toEqual(["ack", ...Array(3).fill("frame 0260|11|597000000001|VT000001")]);
  });

  test("an answer that is answered NAK is sent again at once", async () => {
    await setUp({}, "transbank-autoservicio", false);
    await send("0250|0", 1_000);
    await channel.write(Uint8Array.of(NAK));
    await clock.advance(1_000);
    expect(heard).toHaveLength(3);
    await channel.write(Uint8Array.of(ACK));
    await clock.advance(60_000);
    expect(heard).toHaveLength(3);
  });

  test("bytes that come in pieces are one request", async () => {
    await setUp();
    for (const byte of encodeFrame(toLatin1("0100"))) await channel.write(Uint8Array.of(byte));
    await clock.advance(0);
    expect(heard).toEqual(["ack"]);
  });
});

describe("questions", () => {
  test("refund turns the money back once, never for debit", async () => {
    await setUp();
    terminal.insertCard({ ...CREDIT, instalments: 0 });
    await send("0200|1500|A1|0|0");
    expect((await send("1200")).at(-1)).toBe("frame 1210|00|597000000001|VT000001|007919|000001");
    expect(terminal.ledger.balance).toBe(0);
    expect((await send("1200")).at(-1)).toMatch(/^frame 1210\|04/);
    terminal.insertCard(DEBIT);
    await send("0200|1500|A2|0|0");
    expect((await send("1200")).at(-1)).toMatch(/^frame 1210\|08/);
    expect(terminal.ledger.balance).toBe(1500);
  });

  test("totals and details count until the day is closed", async () => {
    await setUp({}, "transbank-integrado");
    terminal.insertCard(DEBIT);
    await send("0200|1500|A1|||0|");
    expect((await send("0700||")).at(-1)).toBe("frame 0710|00|1|1500");
    expect(await send("0260|1|")).toEqual([
      "ack",
      expect.stringMatching(/^frame 0261\|00\|597000000001\|VT000001\|A1\|007919\|1500\|0042\|000001\|DB/),
      "frame 0261|00|597000000001|VT000001||||||||||||||||",
      "frame 0261|00|597000000001|VT000001||||||||||||||||",
    ]);
    expect(await send("0260|0|")).toEqual(["ack"]);
    await send("0500||");
    expect((await send("0700||")).at(-1)).toBe("frame 0710|00|0|0");
  });

  test("lost keys are reported until they are loaded", async () => {
    await setUp();
    terminal.loseKeys();
    expect((await send("0200|1500|A1|0|0")).at(-1)).toMatch(/^frame 0210\|26/);
    expect((await send("0800")).at(-1)).toMatch(/^frame 0810\|00/);
    expect(terminal.state.value.needsKeys).toBe(false);
  });

  test("an unknown request is answered NAK", async () => {
    await setUp();
    expect(await send("9999")).toEqual(["nak"]);
  });
});

describe("power and cable", () => {
  test("a power cut forgets the sale but not the ledger", async () => {
    await setUp();
    terminal.insertCard(DEBIT);
    await send("0200|1500|A1|0|0");
    await send("0200|900|A2|0|0", 100);
    const back = terminal.powerCycle();
    expect(terminal.state.value).toMatchObject({ phase: "off", plugged: false });
    await clock.advance(5_000);
    await back;
    expect(terminal.state.value).toMatchObject({ phase: "idle", plugged: true, card: undefined });
    expect(terminal.ledger.balance).toBe(1500);
  });

  test("with the cable out the terminal goes on by itself, and nobody hears it", async () => {
    await setUp();
    terminal.insertCard(DEBIT);
    await send("0200|1500|A1|0|0", 100);
    terminal.unplug();
    expect(await channel.closed).toBe("unplugged");
    await clock.advance(10_000);
    expect(heard).toEqual(["ack"]);
    expect(terminal.ledger.balance).toBe(1500);
  });
});

test("faults happen as often as asked, in order, and only to the request they are meant for", async () => {
  await setUp();
  terminal.faults.failRepeatedly({ fault: "nak" }, 2, "0250");
  terminal.faults.failNext({ fault: "drop-request" });
  expect(await send("0100")).toEqual([]);
  expect(await send("0250|0")).toEqual(["nak"]);
  expect(await send("0250|0")).toEqual(["nak"]);
  expect((await send("0250|0"))[0]).toBe("ack");
  terminal.faults.failRepeatedly({ fault: "drop-request" });
  expect(await send("0100")).toEqual([]);
  expect(await send("0100")).toEqual([]);
  terminal.faults.clear();
  expect(await send("0100")).toEqual(["ack"]);
  terminal.faults.failNext({ fault: "garbage", bytes: Uint8Array.of(0x41) });
  expect(terminal.faults.waiting).toEqual(["garbage"]);
});
