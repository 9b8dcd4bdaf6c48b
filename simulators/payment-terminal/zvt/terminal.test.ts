import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { fromHex, toHex } from "../../../base/bytes/bytes.ts";
import { SimulatedClock } from "../../../base/clock.ts";
import { assertOk } from "../../../base/result.ts";
import { ApduStreamReader, encodeApdu } from "../../../drivers/framing/apdu-stream.ts";
import type { ByteChannel } from "../../../drivers/transport/byte-channel.ts";
import { MemoryWire } from "../../wire/memory.ts";
import type { ZvtTerminalSettings } from "./settings.ts";
import { ZvtSimulatedTerminal } from "./terminal.ts";

let clock: SimulatedClock;
let terminal: ZvtSimulatedTerminal;
let channel: ByteChannel;
let heard: string[];
/** What a cash register that only knows bytes answers to each command, in order; then 80 00 00. */
let answers: string[];

async function setUp(settings: Partial<ZvtTerminalSettings> = {}): Promise<void> {
  clock = new SimulatedClock();
  const wire = new MemoryWire();
  terminal = new ZvtSimulatedTerminal({ transport: "tcp", wire, clock, settings });
  channel = assertOk(await wire.open(new AbortController().signal), "memory wire");
  heard = [];
  answers = [];
  const reader = new ApduStreamReader();
  channel.onBytes((bytes) => {
    for (const apdu of reader.push(bytes)) {
      heard.push(toHex(encodeApdu(apdu)));
      if (apdu.control >> 8 < 0x80 && answers[0] !== "") void channel.write(fromHex(answers.shift() ?? "80 00 00"));
      else if (apdu.control >> 8 < 0x80) answers.shift();
    }
  });
}

beforeEach(() => setUp());
afterEach(async () => {
  terminal.powerOff();
  await clock.advance(0);
  expect(clock.pending).toBe(0);
});

async function send(hex: string, then = 10_000): Promise<string[]> {
  heard.length = 0;
  await channel.write(fromHex(hex));
  await clock.advance(then);
  return [...heard];
}

const REGISTER = "06 00 06 00 00 00 3e 01 52";
const SALE = "06 01 0a 04 00 00 00 00 15 00 49 01 52";
const CARD = { kind: "credit", last4: "0007", brand: "VI" } as const;

test("registration is answered and completed; another currency is refused", async () => {
  expect(await send(REGISTER)).toEqual(["800000", expect.stringMatching(/^060f/)]);
  expect(terminal.state.value.registered).toBe(true);
  expect(await send("06 00 06 00 00 00 3e 09 78")).toEqual(["841e016f"]);
});

test("a sale: answer, card, bank, status, completion", async () => {
  await send(REGISTER);
  terminal.insertCard(CARD);
  const said = await send(SALE);
  expect(said.map((hex) => hex.slice(0, 4))).toEqual(["8000", "04ff", "04ff", "040f", "060f"]);
  expect(said[1]).toBe("04ff010a");
  expect(said[3]).toContain("2700040000000015004901520d");
  expect(terminal.ledger.balance).toBe(1500);
});

describe("goods", () => {
  test("that are not issued: the money is given back, and the end is an abort", async () => {
    terminal.insertCard(CARD);
    answers = ["84 66 00"];
    const said = await send(SALE);
    expect(said.slice(-2)).toEqual(["040f02276c", "061e016c"]);
    expect(terminal.ledger.balance).toBe(0);
  });

  test("that take longer are asked about again after two seconds, as often as the sale allows", async () => {
    terminal.insertCard(CARD);
    answers = ["84 9c 00", "84 9c 00", "84 9c 00"];
    const said = await send(SALE.replace("0a 04", "0c 02 02 04"));
    expect(said.filter((hex) => hex.startsWith("040f") && hex.includes("2700"))).toHaveLength(3);
    expect(terminal.ledger.balance).toBe(0);
  });
});

test.each([true, false])("a status that nobody answers, automatic reversal %s", async (autoReversal) => {
  await setUp({ autoReversal });
  terminal.insertCard(CARD);
  answers = [""];
  await send(SALE, 30_000);
  expect(terminal.ledger.balance).toBe(autoReversal ? 0 : 1500);
});

test("the last receipt is repeated with its status alone; without any there is an abort", async () => {
  expect(await send("06 20 05 00 00 00 03 03")).toEqual(["800000", "061e0183"]);
  terminal.insertCard(CARD);
  await send(SALE);
  const said = await send("06 20 05 00 00 00 03 03");
  expect(said.map((hex) => hex.slice(0, 4))).toEqual(["8000", "040f", "060f"]);
});

test("while it serves a citizen it says please wait, and breaks off when told", async () => {
  await send(SALE, 1_000);
  expect(await send("06 20 03 00 00 00", 100)).toEqual(["849c00"]);
  expect(await send("06 b0 00")).toEqual(["800000", expect.stringMatching(/^040f/), "061e016c"]);
});
