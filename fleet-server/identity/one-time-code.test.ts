import { expect, test } from "vitest";
import { enrolmentCodeSchema } from "../../base/contracts/fleet/identity.ts";
import { makeOneTimeCode } from "./one-time-code.ts";

test("codes are of the agreed form, use every symbol, and do not repeat", () => {
  const codes = Array.from({ length: 500 }, makeOneTimeCode);
  expect(codes.filter((code) => !enrolmentCodeSchema.safeParse(code).success)).toEqual([]);
  expect(new Set(codes).size).toBe(500);
  expect(new Set(codes.join("").replaceAll("-", "")).size).toBe(32);
});
