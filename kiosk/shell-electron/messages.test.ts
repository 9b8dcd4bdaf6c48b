import fc from "fast-check";
import { expect, test } from "vitest";
import { MAX_MESSAGE_BYTES } from "../contract/messages.ts";
import { checkClientMessage, checkServerMessage } from "./messages.ts";

const intent = { type: "intent", id: "00000000-0000-4000-8000-000000000001", view: 1, intent: { type: "START" } };

test("a message of the contract passes unchanged", () => {
  expect(checkClientMessage(JSON.stringify(intent))).toEqual({ message: intent });
  const refusal = { type: "refused", reason: "stale" };
  expect(checkServerMessage(JSON.stringify(refusal))).toEqual({ message: refusal });
});

test("whatever else comes in is refused, and nothing throws", () => {
  fc.assert(
    fc.property(fc.oneof(fc.anything(), fc.string(), fc.json()), (payload) => {
      expect(checkClientMessage(payload)).toHaveProperty("refused");
    }),
  );
});

test("a field more or less, anywhere, is refused", () => {
  for (const name of Object.keys(intent)) {
    expect(checkClientMessage(JSON.stringify({ ...intent, [name]: undefined }))).toEqual({ refused: "malformed" });
  }
  fc.assert(
    fc.property(fc.string(), fc.jsonValue(), (name, value) => {
      fc.pre(!Object.hasOwn(intent, name));
      const more = `${JSON.stringify(intent).slice(0, -1)},${JSON.stringify(name)}:${JSON.stringify(value)}}`;
      expect(checkClientMessage(more)).toEqual({ refused: "malformed" });
    }),
  );
  const polluted = `${JSON.stringify(intent).slice(0, -1)},"__proto__":{"polluted":true}}`;
  expect(checkClientMessage(polluted)).toEqual({ refused: "malformed" });
});

test("size counts in bytes, before anything is parsed", () => {
  expect(checkClientMessage(`"${"x".repeat(MAX_MESSAGE_BYTES - 2)}"`)).toEqual({ refused: "malformed" });
  expect(checkClientMessage(`"${"x".repeat(MAX_MESSAGE_BYTES - 1)}"`)).toEqual({ refused: "oversize" });
  expect(checkClientMessage("ñ".repeat(MAX_MESSAGE_BYTES / 2 + 1))).toEqual({ refused: "oversize" });
});
