import { expect, test } from "vitest";
import { parseMobile, parsePhone } from "./phone.ts";

test.each(["+56 9 8765 4321", "56987654321", "9 8765 4321", "987654321", "0056 9 87654321", "(9) 8765-4321"])(
  "%s is the same mobile number",
  (written) => {
    expect(parseMobile(written)).toEqual({ ok: true, value: "+56987654321" });
    expect(parsePhone(written)).toEqual({ ok: true, value: "+56987654321" });
  },
);

test.each(["", "8765 4321", "2 2345 6789", "9 8765 432", "9 8765 43210", "+54 9 8765 4321", "nine"])(
  "%s is none",
  (written) => {
    expect(parseMobile(written).ok).toBe(false);
  },
);

test.each([
  ["2 2345 6789", "+56223456789"],
  ["+56 45 223 4567", "+56452234567"],
])("%s is the number of a house", (written, value) => {
  expect(parsePhone(written)).toEqual({ ok: true, value });
  expect(parseMobile(written).ok).toBe(false);
});

test.each(["", "8765 4321", "1 2345 6789", "2 2345 678", "+54 2 2345 6789"])("%s is no number at all", (written) => {
  expect(parsePhone(written).ok).toBe(false);
});
