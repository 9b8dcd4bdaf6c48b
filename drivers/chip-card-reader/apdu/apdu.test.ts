import fc from "fast-check";
import { expect, test } from "vitest";
import { fromHex, toHex } from "../../../base/bytes/bytes.ts";
import { coded } from "../../../base/registry/coded-error.ts";
import { ok } from "../../../base/result.ts";
import { type Command, decodeCommand, decodeResponse, encodeCommand, encodeResponse } from "./apdu.ts";
import type { CardChannel } from "./channel.ts";
import { exchange } from "./exchange.ts";

const byte = fc.nat(255);
const commands: fc.Arbitrary<Command> = fc
  .record({
    cla: byte,
    ins: byte,
    p1: byte,
    p2: byte,
    data: fc.option(fc.uint8Array({ minLength: 1, maxLength: 600 }), { nil: undefined }),
    le: fc.option(fc.integer({ min: 1, max: 0x1_0000 }), { nil: undefined }),
  })
  .map(({ data, le, ...header }) => ({
    ...header,
    ...(data === undefined ? {} : { data }),
    ...(le === undefined ? {} : { le }),
  }));

test("every command that is written is read back, short and extended", () => {
  fc.assert(fc.property(commands, (command) => void expect(decodeCommand(encodeCommand(command))).toEqual(command)));
});

test.each([
  [{ cla: 0, ins: 0x84, p1: 0, p2: 0, le: 8 }, "0084000008"],
  [{ cla: 0, ins: 0xb0, p1: 0, p2: 0, le: 256 }, "00b0000000"],
  [{ cla: 0, ins: 0xb0, p1: 0, p2: 0, le: 300 }, "00b0000000012c"],
  [{ cla: 0, ins: 0xb0, p1: 0, p2: 0, le: 65_536 }, "00b00000000000"],
])("%j is %s", (command, hex) => expect(toHex(encodeCommand(command))).toBe(hex));

test("bytes that are no command are refused, and so are answers without a status word", () => {
  for (const hex of ["00", "00A40400", "00A4040005AA", "00A404000000", "00A4040000000501"].filter(
    (each) => each !== "00A40400",
  ))
    expect(decodeCommand(fromHex(hex))).toBeUndefined();
  expect(decodeResponse(fromHex("90"))).toBeUndefined();
  fc.assert(fc.property(fc.uint8Array({ maxLength: 20 }), (bytes) => void decodeCommand(bytes)));
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 20 }), fc.nat(0xffff), (data, sw) => {
      expect(decodeResponse(encodeResponse({ data, sw }))).toEqual({ data, sw });
    }),
  );
});

/** A card that answers from a list and remembers what it was asked. */
function scripted(...answers: string[]): CardChannel & { readonly asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    transmit: async (command) => {
      asked.push(toHex(command));
      return ok(fromHex(answers.shift() ?? "6F00"));
    },
    close: async () => {},
  };
}

test("a command too long for a short one is sent in a chain where it may not be extended", async () => {
  const card = scripted("9000", "9000", "AA9000");
  const data = new Uint8Array(600).fill(7);
  const answered = await exchange(card, { cla: 0, ins: 0x22, p1: 1, p2: 2, data, le: 256 }, { extended: false });
  expect(answered).toEqual(ok({ data: fromHex("AA"), sw: 0x9000 }));
  expect(card.asked.map((hex) => hex.slice(0, 10))).toEqual(["10220102ff", "10220102ff", "002201025a"]);
  const whole = scripted("9000");
  await exchange(whole, { cla: 0, ins: 0x22, p1: 1, p2: 2, data }, { extended: true });
  expect(whole.asked.map((hex) => hex.slice(0, 14))).toEqual(["00220102000258"]);
});

test("a chain that the card refuses ends there", async () => {
  const card = scripted("6A80");
  const data = new Uint8Array(600);
  expect(await exchange(card, { cla: 0, ins: 0x22, p1: 0, p2: 0, data }, { extended: false })).toMatchObject({
    ok: true,
    value: { sw: 0x6a80 },
  });
  expect(card.asked).toHaveLength(1);
});

test("an answer in parts is put together, and a wrong length is corrected once", async () => {
  const card = scripted("6C05", "0102610A", "0304056103", "069000");
  expect(await exchange(card, { cla: 0, ins: 0xb0, p1: 0, p2: 0, le: 100 }, { extended: false })).toEqual(
    ok({ data: fromHex("010203040506"), sw: 0x9000 }),
  );
  expect(card.asked).toEqual(["00b0000064", "00b0000005", "00c000000a", "00c0000003"]);
});

test("an answer that is no answer is malformed", async () =>
  expect(await exchange(scripted("90"), { cla: 0, ins: 0, p1: 0, p2: 0 }, { extended: false })).toEqual({
    ok: false,
    error: coded("chip-card.malformed", "an answer without status word"),
  }));
