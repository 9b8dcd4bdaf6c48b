import { expect, test } from "vitest";
import { fromHex, toHex } from "../../base/bytes/bytes.ts";
import { crc16Modbus } from "../../base/bytes/checksum.ts";
import { MemoryWire } from "../wire/memory.ts";
import { BOARD_FAULTS, SimulatedBoard } from "./board.ts";
import { createIoBoardSimulator } from "./simulator.ts";

/** A board, and what it answers to bytes that are written by hand. */
async function bench() {
  const wire = new MemoryWire();
  const board = new SimulatedBoard(wire);
  const opened = await wire.open(new AbortController().signal);
  if (!opened.ok) throw new Error(opened.error.message);
  let heard = "";
  opened.value.onBytes((bytes) => {
    heard += toHex(bytes);
  });
  const ask = async (hex: string) => {
    heard = "";
    const body = fromHex(hex);
    const crc = crc16Modbus(body);
    await opened.value.write(Uint8Array.of(...body, crc & 0xff, crc >> 8));
    for (let turn = 0; turn < 5; turn++) await Promise.resolve();
    return heard.slice(0, -4);
  };
  return { board, ask };
}

test("it answers as the specification says", async () => {
  const { board, ask } = await bench();
  board.input(1, true);
  expect(await ask("01 02 00 00 00 08")).toBe("01020102");
  expect(await ask("01 05 00 03 FF 00")).toBe("01050003ff00");
  expect(await ask("01 01 00 00 00 08")).toBe("01010108");
  expect(await ask("01 05 00 03 00 00")).toBe("010500030000");
  expect(await ask("01 01 00 00 00 09")).toBe("018102");
  expect(await ask("01 05 00 20 FF 00")).toBe("018502");
  expect(await ask("02 01 00 00 00 08")).toBe("");
});

test("a planned fault comes as often as it was planned", async () => {
  const { board, ask } = await bench();
  board.failNext("deaf", 2);
  expect(await ask("01 05 00 00 FF 00")).toBe("");
  expect(await ask("01 05 00 00 FF 00")).toBe("");
  expect(board.state.value.coils[0]).toBe(false);
  expect(await ask("01 05 00 00 FF 00")).toBe("01050000ff00");
});

test("a fault that no board has is told to the operator", () => {
  const { actions } = createIoBoardSimulator({ id: "io", path: "/nowhere" });
  expect(() => actions["fail-next"]?.run({ fault: "fire" })).toThrow(`fault must be one of ${BOARD_FAULTS.join(", ")}`);
});
