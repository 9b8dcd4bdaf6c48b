import { expect, test } from "vitest";
import { STATES, sameState } from "./states.ts";

test("every State of ISO 3166 has its own two letters, and they name a place", () => {
  const names = new Intl.DisplayNames("en", { type: "region", fallback: "none" });
  const own = new Set(["EUE", "UNO", "UNA", "XPO", "RKS", "UTO"]);
  const iso = [...STATES].filter(([three]) => three.length === 3 && !own.has(three));
  expect(iso).toHaveLength(249);
  expect(iso.filter(([, two]) => names.of(two) === undefined)).toEqual([]);
  expect(new Set(iso.map(([, two]) => two)).size).toBe(iso.length);
});

test("an issuer is compared with a certificate's country in any case and with fillers", () => {
  expect(sameState("CHL", "cl")).toBe(true);
  expect(sameState("D<<", "DE")).toBe(true);
  expect(sameState("CHL", "CH")).toBe(false);
  expect(sameState("QQQ", "QQ")).toBe(false);
});
