import { expect, test } from "vitest";
import { fromHex } from "../../base/bytes/bytes.ts";
import { seeded } from "../usb-lab/inside/random.ts";
import { fuzz } from "./engine.ts";
import { mutate } from "./mutate.ts";
import { shrink } from "./shrink.ts";
import { between, demand, randomBytes, type Target } from "./target.ts";

/** Breaks when 07 stands behind a 03 anywhere. */
const PLANTED: Target = {
  name: "planted",
  sources: [],
  dictionary: [0x03, 0x07],
  longest: 200,
  honest: (random) => randomBytes(random, between(random, 10, 40)).map((byte) => byte | 0x80),
  check: (input) => {
    const at = input.indexOf(0x03);
    demand(at < 0 || !input.subarray(at).includes(0x07), "07 behind 03");
  },
};

test("a planted fault is found, made small, and told with its seed", async () => {
  const report = await fuzz(PLANTED, 5, 100_000);
  expect(report).toEqual({ framing: "planted", seed: 5, broken: "Error: 07 behind 03", input: "0307" });
});

test("what an input makes the code throw is a broken promise too", async () => {
  const check = (input: Uint8Array) => void (input[3] === 0 ? JSON.parse("{") : undefined);
  const report = await fuzz({ ...PLANTED, check, honest: () => new Uint8Array(8).fill(0x80) }, 1, 100_000);
  expect(report).toMatchObject({ broken: expect.stringMatching(/^SyntaxError: /), input: "00000000" });
});

test("an input that takes more than linear time is found by repeating it", async () => {
  let steps = 0;
  // Nothing at the length of an input; some hundred milliseconds at fifty times the length.
  const check = (input: Uint8Array) => {
    for (let step = 0; step < input.length ** 2; step++) steps = (steps * 31 + step) | 0;
  };
  const report = await fuzz({ ...PLANTED, check }, 1, 10_000, 0.01);
  expect(report).toMatchObject({ broken: expect.stringContaining("repeated to 10000 bytes, takes") });
});

test("a reader that keeps everything is found by what it holds", async () => {
  const lasting = () => {
    const all: Uint8Array[] = [];
    return { push: (input: Uint8Array) => void all.push(input.slice()) };
  };
  const report = await fuzz({ ...PLANTED, check: () => {}, lasting }, 1, 1_000_000);
  expect(report).toMatchObject({ broken: expect.stringMatching(/^held \d{6,} bytes at the end$/) });
});

test("the same seed makes the same inputs", () => {
  const make = () => {
    const random = seeded(9);
    return Array.from({ length: 200 }, () => mutate(PLANTED, [Uint8Array.of(1, 2, 3)], random));
  };
  expect(make()).toEqual(make());
  expect(make().every(({ length }) => length <= PLANTED.longest)).toBe(true);
});

test("a failing input is cut down to what fails", async () => {
  const input = fromHex("112233aa445566bb7788");
  const fails = async (bytes: Uint8Array) => bytes.includes(0xaa) && bytes.includes(0xbb);
  expect(await shrink(input, fails)).toEqual(fromHex("aabb"));
});
