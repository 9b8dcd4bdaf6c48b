import { expect, test } from "vitest";
import { SIMULATED_WIRING } from "../../simulators/io-board/wiring.ts";
import { parseWiring } from "./wiring-json.ts";

test("a wiring survives its file", () => {
  expect(parseWiring(JSON.stringify(SIMULATED_WIRING))).toEqual({ ok: true, value: SIMULATED_WIRING });
});

test.each([
  ["no JSON", "{"],
  ["a colour that no light has", '{"unit":1,"lights":[{"name":"a","coils":{"pink":1}}]}'],
  ["a kind of input that nobody knows", '{"unit":1,"inputs":[{"name":"a","kind":"cat","input":0}]}'],
  ["a relay without its safe state", '{"unit":1,"relays":[{"name":"a","coil":0}]}'],
  ["a field that is misspelt", '{"unit":1,"relay":[]}'],
  [
    "two things on one terminal",
    '{"unit":1,"relays":[{"name":"a","coil":0,"safe":false},{"name":"b","coil":0,"safe":false}]}',
  ],
])("%s is refused", (_name, text) =>
  expect(parseWiring(text)).toMatchObject({ ok: false, error: { code: "common.bad-input" } }),
);
