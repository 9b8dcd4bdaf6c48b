import fc from "fast-check";
import { expect, test } from "vitest";
import { fromHex, toHex } from "../../base/bytes/bytes.ts";
import { ok } from "../../base/result.ts";
import { readDocument } from "../../drivers/chip-card-reader/read-document.ts";
import { ChipWorld, chipOf, KEY, NOW, PROVED, random } from "../../tests/support/chip-card.ts";
import { FULL_PROFILE } from "./document.ts";
import { maliciously } from "./faults.ts";
import { overT0 } from "./t0.ts";

/** A chip that answers every command with these bytes and `9000`, and remembers what it was sent. */
function giving(...data: number[]) {
  const asked: string[] = [];
  const chip = overT0({
    reset: () => {},
    process: (command) => {
      asked.push(toHex(command));
      return Uint8Array.of(...data, 0x90, 0x00);
    },
  });
  const say = (hex: string) => toHex(chip.process(fromHex(hex)) ?? new Uint8Array());
  return { asked, say };
}

test("a command that carries data is answered with 61xx, and its data wait for GET RESPONSE", () => {
  const { say } = giving(1, 2, 3, 4, 5);
  expect(say("0088000002AABB00")).toBe("6105");
  expect(say("00C0000002")).toBe("01026103");
  expect(say("00C0000009")).toBe("6c03");
  expect(say("00C0000003")).toBe("0304059000");
  expect(say("00C0000003")).toBe("6985");
});

test("another command in between loses the data that waited", () => {
  const { say } = giving(1, 2);
  say("0088000002AABB00");
  expect(say("00B0000002")).toBe("01029000");
  expect(say("00C0000002")).toBe("6985");
});

test("a length of an answer that does not fit is corrected, and a longer answer comes in parts", () => {
  const { say } = giving(1, 2, 3);
  expect(say("00B0000000")).toBe("6c03");
  expect(say("00B0000003")).toBe("0102039000");
  expect(say("00B0000002")).toBe("6103");
});

test("the answer's length is not on the line beside data: the chip is asked for all it has", () => {
  const { asked, say } = giving(1);
  say("0088000001AA");
  expect(asked).toEqual(["0088000001aa00"]);
});

test("extended length is not understood, and an answer without data is only its status", () => {
  const { asked, say } = giving();
  expect(say("00B00000000010")).toBe("6700");
  expect(asked).toEqual([]);
  expect(say("00A4020C02011C")).toBe("9000");
});

test("a card that leaves in the middle says nothing", () =>
  expect(overT0({ reset: () => {}, process: () => undefined }).process(fromHex("00B0000003"))).toBeUndefined());

test("a chip that never comes to an end, and any bytes for a command, end here", async () => {
  const world = await ChipWorld.make();
  const endless = overT0(maliciously(chipOf(await world.issue()), "endless-answer"));
  expect(endless.process(fromHex("00B0000010"))).toHaveLength(2);
  const chip = overT0(chipOf(await world.issue()));
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      expect((chip.process(bytes) ?? []).length).toBeGreaterThanOrEqual(2);
    }),
  );
});

test("a whole document is read over T=0, in short commands, and proved", async () => {
  const world = await ChipWorld.make();
  const { lengths: _, ...profile } = FULL_PROFILE;
  const chip = overT0(chipOf(await world.issue(profile)));
  const answers: string[] = [];
  const channel = {
    transmit: async (command: Uint8Array) => {
      const answer = chip.process(command) ?? new Uint8Array();
      answers.push(toHex(answer).slice(-4, -2));
      return ok(answer);
    },
    close: async () => {},
  };
  const read = await readDocument(channel, {
    ...{ key: KEY, groups: ["DG1", "DG2"], trust: world.trust, today: "2026-11-23", now: NOW, random },
    ...{ signal: new AbortController().signal, extended: true, onProgress: () => {} },
  });
  expect(read).toMatchObject({
    ok: true,
    value: { reading: { access: { protocol: "pace" }, authenticity: { hashes: PROVED, chipAuthentication: PROVED } } },
  });
  expect(answers.filter((sw) => sw === "61").length).toBeGreaterThan(50);
});
