import fc from "fast-check";
import { expect, test } from "vitest";
import { SIGNATURE } from "../contracts/fleet/identity.ts";
import { NonceCache } from "./nonce-cache.ts";

const START = Math.floor(Date.UTC(2026, 10, 23) / 1_000);
const keyid = "ab".repeat(32);

test("a nonce is refused a second time as long as its signature would be accepted, and forgotten later", () =>
  fc.assert(
    fc.property(fc.integer({ min: -300, max: 300 }), fc.nat({ max: 600 }), (age, later) => {
      const cache = new NonceCache();
      const signature = { keyid, nonce: "n", created: START - age };
      expect(cache.add(signature, START * 1_000)).toBe(true);
      const now = START + later;
      if (now <= signature.created + SIGNATURE.skew) expect(cache.add(signature, now * 1_000)).toBe(false);
      cache.add({ keyid, nonce: "other", created: now + 700 }, (now + 700) * 1_000);
      expect(cache.size).toBe(1);
    }),
  ));

test("two keys may use the same nonce", () => {
  const cache = new NonceCache();
  const signature = { keyid, nonce: "n", created: START };
  expect(cache.add(signature, START * 1_000)).toBe(true);
  expect(cache.add({ ...signature, keyid: "cd".repeat(32) }, START * 1_000)).toBe(true);
});

test("it stays within its capacity by forgetting what ends first", () => {
  const cache = new NonceCache(100);
  const add = (nonce: number) => cache.add({ keyid, nonce: String(nonce), created: START + nonce }, START * 1_000);
  for (let nonce = 0; nonce < 250; nonce++) add(nonce);
  expect(cache.size).toBeLessThanOrEqual(100);
  expect(add(249)).toBe(false);
});
