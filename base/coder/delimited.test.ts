import fc from "fast-check";
import { expect, test } from "vitest";
import { delimited, field } from "./delimited.ts";

const codec = delimited({
  code: field(0, "text", 4, "test"),
  amount: field(1, "number", 9, "test"),
  name: field(3, "trimmed", 12, "test"),
  wanted: field(4, "flag", 1, "test"),
});

test("numbers lose their padding, text keeps its zeros", () => {
  expect(codec.decode("0042|000001500||Ana  |1")).toEqual({
    values: { code: "0042", amount: 1500, name: "Ana", wanted: true },
    malformed: [],
    count: 5,
  });
});

test("missing, empty and blank fields are absent", () => {
  expect(codec.decode("0210").values).toEqual({ code: "0210" });
  expect(codec.decode("0210|||   |").values).toEqual({ code: "0210" });
  expect(codec.decode("").values).toEqual({});
});

test("a value that is not of its kind or too long is reported, the others are read", () => {
  expect(codec.decode("0210|12a|x|n|2")).toMatchObject({
    values: { code: "0210", name: "n" },
    malformed: ["amount", "wanted"],
  });
  expect(codec.decode("0210|1234567890").malformed).toEqual(["amount"]);
});

test("writing ends at the last value, or at the count that the message needs", () => {
  expect(codec.encode({ code: "0200", amount: 7 })).toBe("0200|7");
  expect(codec.encode({ code: "0500" }, 3)).toBe("0500||");
  expect(codec.encode({ code: "0500", wanted: false }, 6)).toBe("0500||||0|");
});

test("a value that the message cannot carry is refused", () => {
  expect(() => codec.encode({ code: "02000" })).toThrow("code");
  expect(() => codec.encode({ name: "a|b" })).toThrow("separator");
  expect(() => codec.encode({ amount: 1.5 })).toThrow(RangeError);
  expect(() => codec.encode({ amount: -1 })).toThrow(RangeError);
});

test("two fields at one position are a defect of the declaration", () => {
  expect(() => delimited({ a: field(1, "text", 1, ""), b: field(1, "text", 1, "") })).toThrow("one position");
});

test("what is written is read back", () => {
  const word = (maxLength: number) =>
    fc.string({ maxLength }).filter((text) => !text.includes("|") && text.trim() !== "" && text === text.trim());
  fc.assert(
    fc.property(
      fc.record(
        { code: word(4), amount: fc.nat(999_999_999), name: word(12), wanted: fc.boolean() },
        { requiredKeys: [] },
      ),
      fc.nat(8),
      (values, count) => {
        expect(codec.decode(codec.encode(values, count))).toMatchObject({ values, malformed: [] });
      },
    ),
  );
});

test("any text whatsoever is read without an exception", () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.array(fc.string()).map((parts) => parts.join("|")),
      ),
      (text) => {
        expect(codec.decode(text).count).toBe(text.split("|").length);
      },
    ),
  );
});
