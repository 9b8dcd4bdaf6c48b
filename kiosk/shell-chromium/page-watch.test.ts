import { beforeEach, expect, test } from "vitest";
import { SimulatedClock } from "../../base/clock.ts";
import { PageWatch } from "./page-watch.ts";

let clock: SimulatedClock;
let shells: number | undefined;
let watch: PageWatch;

beforeEach(() => {
  clock = new SimulatedClock();
  shells = 0;
  watch = new PageWatch({ shells: async () => shells, within: 20_000, clock });
});

/** How long the watch takes to give a run up, milliseconds, and why. */
async function givenUp(): Promise<[number, string | undefined]> {
  const begun = clock.monotonic();
  let reason: string | undefined | null = null;
  void watch.gone(new AbortController().signal).then((why) => {
    reason = why;
  });
  while (reason === null) await clock.advance(1_000);
  return [clock.monotonic() - begun, reason];
}

test("a page that never comes is given up, each time with twice the patience", async () => {
  expect(await givenUp()).toEqual([21_000, "page-missing"]);
  expect(await givenUp()).toEqual([41_000, "page-missing"]);
  for (const seconds of [81, 161, 321, 321]) expect(await givenUp()).toEqual([seconds * 1_000, "page-missing"]);
});

test("a page that was there and is gone is given up sooner, and the next one has the first patience again", async () => {
  await givenUp();
  let reason: string | undefined | null = null;
  void watch.gone(new AbortController().signal).then((why) => {
    reason = why;
  });
  await clock.advance(15_000);
  shells = 1;
  await clock.advance(3_600_000);
  shells = 0;
  await clock.advance(5_000);
  expect(reason).toBe(null);
  await clock.advance(1_000);
  expect(reason).toBe("page-lost");
  expect(await givenUp()).toEqual([21_000, "page-missing"]);
});

test("while the runtime does not answer nothing is given up: the page reconnects when it is back", async () => {
  let reason: string | undefined | null = null;
  void watch.gone(new AbortController().signal).then((why) => {
    reason = why;
  });
  await clock.advance(19_000);
  shells = undefined;
  await clock.advance(600_000);
  shells = 0;
  await clock.advance(19_000);
  expect(reason).toBe(null);
  shells = 1;
  await clock.advance(600_000);
  expect(reason).toBe(null);
});

test("a watch that is stopped leaves no timer", async () => {
  const ending = new AbortController();
  const watched = watch.gone(ending.signal);
  await clock.advance(500);
  ending.abort();
  expect(await watched).toBeUndefined();
  expect(clock.pending).toBe(0);
});
