import { expect, test } from "vitest";
import { SIMULATED_WIRING } from "../../simulators/io-board/wiring.ts";
import { checkWiring, type IoWiring } from "./wiring.ts";

const wiring = (change: Partial<IoWiring>): IoWiring => ({ unit: 1, inputs: [], lights: [], relays: [], ...change });

test("a wiring in which everything has its own name and terminal is taken", () => {
  expect(checkWiring(SIMULATED_WIRING)).toEqual({ ok: true, value: SIMULATED_WIRING });
});

test.each<[string, Partial<IoWiring>]>([
  ["unit 0", { unit: 0 }],
  ["address 32", { relays: [{ name: "a", coil: 32, safe: false }] }],
  ["address -1", { inputs: [{ name: "a", kind: "door", input: -1 }] }],
  [
    "two things are called a",
    { relays: [{ name: "a", coil: 1, safe: false }], lights: [{ name: "a", coils: { red: 2 } }] },
  ],
  [
    "two outputs are on coil 1",
    { relays: [{ name: "a", coil: 1, safe: false }], lights: [{ name: "b", coils: { red: 1 } }] },
  ],
  ["the light a has no colour", { lights: [{ name: "a", coils: {} }] }],
])("%s is refused", (detail, change) =>
  expect(checkWiring(wiring(change))).toMatchObject({
    ok: false,
    error: { code: "common.bad-input", message: expect.stringContaining(detail) },
  }),
);
