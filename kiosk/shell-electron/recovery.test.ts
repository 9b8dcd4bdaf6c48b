import { beforeEach, expect, test } from "vitest";
import { SimulatedClock } from "../../base/clock.ts";
import { RECOVERY, Recovery } from "./recovery.ts";

let clock: SimulatedClock;
let recovery: Recovery;
let did: string[];
let pings: number[];

beforeEach(() => {
  clock = new SimulatedClock();
  did = [];
  pings = [];
  recovery = new Recovery({
    loadHome: () => did.push("home"),
    loadOutOfService: () => did.push("out-of-service"),
    ping: (number) => pings.push(number),
    crash: () => did.push("crash"),
    clock,
    random: () => 0,
    log: () => {},
  });
  recovery.start();
  recovery.ready();
  did.length = 0;
});

test("a crash is followed by one load, however many events tell of it", async () => {
  recovery.failed("gone", "crashed");
  recovery.failed("load", "-2");
  recovery.unresponsive();
  await clock.advance(RECOVERY.reload.first);
  expect(did).toEqual(["home"]);
});

test("the waits grow with failures and start again when the page has been well", async () => {
  for (const wait of [200, 400, 800]) {
    did.length = 0;
    recovery.failed("gone", "crashed");
    await clock.advance(wait - 1);
    expect(did).toEqual([]);
    await clock.advance(1);
    expect(did).toEqual(["home"]);
    recovery.ready();
  }
  await live(RECOVERY.window + 1);
  did.length = 0;
  recovery.failed("gone", "crashed");
  await clock.advance(200);
  expect(did).toEqual(["home"]);
});

test("a page that answers its pings is left alone", async () => {
  await live(60_000);
  expect(did).toEqual([]);
  expect(pings.length).toBeGreaterThan(20);
});

test("a page that does not answer is ended and loaded within the budget", async () => {
  await clock.advance(RECOVERY.pingEvery + RECOVERY.pongWithin + RECOVERY.reload.first);
  expect(did).toEqual(["crash", "home"]);
  expect(RECOVERY.pingEvery + RECOVERY.pongWithin + RECOVERY.reload.first).toBeLessThan(10_000);
});

test("a page is renewed by ending its process and loading it at once, and that is no failure", async () => {
  for (let citizen = 0; citizen < 2 * RECOVERY.loopCount; citizen++) {
    did.length = 0;
    recovery.renew();
    recovery.failed("gone", "crashed");
    expect(did).toEqual(["crash", "home"]);
    recovery.ready();
  }
  await live(RECOVERY.renewWithin + 1);
  expect(did).toEqual(["crash", "home"]);
});

test("a renewal whose end nobody tells loads the page all the same", async () => {
  recovery.renew();
  await clock.advance(RECOVERY.renewWithin);
  expect(did).toEqual(["crash", "home"]);
});

test("what has failed already is not renewed beside its recovery", () => {
  recovery.failed("gone", "crashed");
  recovery.renew();
  expect(did).toEqual([]);
});

test("an answer to an older ping, or none of ours, is no sign of life", async () => {
  await clock.advance(RECOVERY.pingEvery);
  recovery.pong(0);
  recovery.pong("1");
  await clock.advance(RECOVERY.pongWithin);
  expect(did).toEqual(["crash"]);
});

test("a page that is loaded and never listens is loaded again", async () => {
  recovery.failed("gone", "crashed");
  await clock.advance(RECOVERY.reload.first + RECOVERY.readyWithin);
  expect(did).toEqual(["home", "crash"]);
  await clock.advance(RECOVERY.reload.cap);
  expect(did).toEqual(["home", "crash", "home"]);
});

async function crashLoop(): Promise<void> {
  for (let failure = 1; failure <= RECOVERY.loopCount; failure++) {
    recovery.failed("gone", "crashed");
    await clock.advance(RECOVERY.reload.cap);
    if (failure < RECOVERY.loopCount) recovery.ready();
  }
}

test("five failures in five minutes show out of service, and the screens get another chance", async () => {
  await crashLoop();
  expect(did).toEqual([...Array(RECOVERY.loopCount - 1).fill("home"), "out-of-service"]);
  did.length = 0;
  await clock.advance(RECOVERY.retryAfter);
  expect(did).toEqual(["home"]);
  recovery.failed("gone", "crashed");
  await clock.advance(RECOVERY.reload.first);
  expect(did).toEqual(["home", "out-of-service"]);
});

test("when the out-of-service page itself dies it comes back", async () => {
  await crashLoop();
  did.length = 0;
  recovery.failed("gone", "killed");
  await clock.advance(RECOVERY.reload.cap);
  expect(did).toEqual(["out-of-service"]);
});

test("a stopped shell waits for nothing", () => {
  recovery.stop();
  recovery.failed("gone", "clean-exit");
  expect(clock.pending).toBe(0);
});

/** Lets time pass for a page that answers every ping. */
async function live(milliseconds: number): Promise<void> {
  for (let passed = 0; passed < milliseconds; passed += 1_000) {
    await clock.advance(1_000);
    const latest = pings.at(-1);
    if (latest !== undefined) recovery.pong(latest);
  }
}
