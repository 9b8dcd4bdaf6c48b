import { mkdtempSync } from "node:fs";
import { createConnection, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, expect, test } from "vitest";
import { concat, fromHex, toHex } from "../../base/bytes/bytes.ts";
import { SimulatedClock } from "../../base/clock.ts";
import { VscardFramer, type VscardMessage, VscardSlot, vscardMessage } from "./vscard.ts";

const [INIT, ERROR, READER_ADD, ATR, CARD_REMOVE, APDU] = [1, 2, 3, 5, 6, 7] as const;

test("messages are cut out of the stream wherever its bytes are split", () => {
  const message = fc.record({ type: fc.nat(20), content: fc.uint8Array({ maxLength: 300 }) });
  fc.assert(
    fc.property(fc.array(message), fc.integer({ min: 1, max: 50 }), (messages, size) => {
      const stream = concat(messages.map(vscardMessage));
      const framer = new VscardFramer();
      const found: VscardMessage[] = [];
      for (let at = 0; at < stream.length; at += size) found.push(...framer.push(stream.subarray(at, at + size)));
      expect(found).toEqual(messages);
    }),
  );
});

let clock: SimulatedClock;
let slot: VscardSlot;
let qemu: Socket;
let heard: string[];
let resets: number;

/** Answers with a count of what it was asked since its last reset; leaves at the fourth. */
const chip = () => {
  let asked = 0;
  return {
    reset: () => {
      resets++;
      asked = 0;
    },
    process: () => (++asked === 4 ? undefined : Uint8Array.of(0x90, asked)),
  };
};
const say = (type: number, hex = "") => qemu.write(vscardMessage({ type, content: fromHex(hex) }));
const hears = (...messages: string[]) => expect.poll(() => heard.splice(0, messages.length)).toEqual(messages);

beforeEach(async () => {
  clock = new SimulatedClock();
  slot = new VscardSlot(join(mkdtempSync(join(tmpdir(), "vscard-")), "card"), clock);
  heard = [];
  resets = 0;
  const framer = new VscardFramer();
  qemu = createConnection(slot.path);
  qemu.on("data", (bytes) => {
    for (const { type, content } of framer.push(bytes)) heard.push(`${type} ${toHex(content)}`);
  });
  say(INIT, "565343440000000200000000");
  await hears(`${READER_ADD} `);
});
afterEach(() => {
  qemu.destroy();
  slot.close();
});

test("a card that is put in tells its ATR, answers, and is told when it is taken out, once its answer was fetched", async () => {
  slot.insert(chip());
  await hears(`${ATR} 3b8000`);
  say(APDU, "00840000");
  await hears(`${APDU} 9001`);
  const removed = slot.remove();
  await clock.advance(249);
  expect(heard).toEqual([]);
  await clock.advance(1);
  await removed;
  await hears(`${CARD_REMOVE} `);
});

test("a card that leaves in the middle is mute first and gone then; whoever still asks gets no answer", async () => {
  slot.insert(chip());
  await hears(`${ATR} 3b8000`);
  for (const answer of ["9001", "9002", "9003"]) {
    say(APDU, "00840000");
    await hears(`${APDU} ${answer}`);
  }
  say(APDU, "00840000");
  await hears(`${ERROR} fe000000`);
  say(APDU, "00840000");
  await hears(`${ERROR} fe000000`);
  await clock.advance(250);
  await hears(`${CARD_REMOVE} `);
});

test("QEMU tells of no power: a reader's first words are taken for it", async () => {
  slot.insert(chip());
  await hears(`${ATR} 3b8000`);
  for (const [command, answer] of [
    ["00840000", "9001"],
    ["00A4020C02011C", "9001"],
    ["00A4020C020101", "9002"],
  ] as const) {
    say(APDU, command);
    await hears(`${APDU} ${answer}`);
  }
  expect(resets).toBe(1);
});

test("while its reader is being pulled out the card keeps still; the next reader finds it", async () => {
  slot.insert(chip());
  await hears(`${ATR} 3b8000`);
  slot.hold();
  say(APDU, "00840000");
  say(INIT, "565343440000000200000000");
  await hears(`${READER_ADD} `, `${ATR} 3b8000`);
});
