import fc from "fast-check";
import { expect, test } from "vitest";
import { type ReportForm, readKeys, writeKeys } from "./reports.ts";

const id = fc.option(fc.integer({ min: 1, max: 255 }), { nil: undefined });
const form = (page: ReportForm["form"], given: number | undefined): ReportForm =>
  given === undefined ? { form: page } : { form: page, id: given };

test("keys of a boot keyboard survive, up to six and all modifiers", () => {
  const keys = fc.uniqueArray(fc.integer({ min: 0x04, max: 0xdf }), { maxLength: 6 });
  const modifiers = fc.uniqueArray(fc.integer({ min: 0xe0, max: 0xe7 }));
  fc.assert(
    fc.property(keys, modifiers, id, (normal, held, given) => {
      const usages = [...held.toSorted((a, b) => a - b), ...normal];
      const shape = form("keyboard", given);
      expect(readKeys(writeKeys(usages, shape), [shape])).toEqual({ page: "keyboard", pressed: usages });
    }),
  );
});

test("multimedia keys survive", () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.integer({ min: 1, max: 0xffff }), { maxLength: 16 }), id, (usages, given) => {
      const shape = form("consumer", given);
      expect(readKeys(writeKeys(usages, shape), [shape])).toEqual({ page: "consumer", pressed: usages });
    }),
  );
});

test("a boot report is laid out as HID 1.11 says, and a seventh key is a roll-over", () => {
  expect([...writeKeys([0xe1, 0x04], { form: "keyboard" })]).toEqual([2, 0, 4, 0, 0, 0, 0, 0]);
  const many = writeKeys([4, 5, 6, 7, 8, 9, 10], { form: "keyboard" });
  expect([...many]).toEqual([0, 0, 1, 1, 1, 1, 1, 1]);
  expect(readKeys(many, [{ form: "keyboard" }])).toEqual({ page: "keyboard", pressed: "too-many" });
});

test("reports are told apart by their ids; others are nobody's", () => {
  const forms = [form("keyboard", 1), form("consumer", 2)];
  expect(readKeys(Uint8Array.of(2, 0xe9, 0), forms)).toEqual({ page: "consumer", pressed: [0xe9] });
  expect(readKeys(Uint8Array.of(3, 1), forms)).toBe("other");
  expect(readKeys(Uint8Array.of(1, 0, 0), forms)).toBe("malformed");
  expect(readKeys(Uint8Array.of(2, 1), forms)).toBe("malformed");
});

test("any bytes are read", () => {
  fc.assert(
    fc.property(
      fc.uint8Array(),
      id,
      fc.constantFrom("keyboard" as const, "consumer" as const),
      (bytes, given, page) => {
        readKeys(bytes, [form(page, given)]);
      },
    ),
  );
});
