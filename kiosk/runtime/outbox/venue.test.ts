import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Venue } from "../testing/venue.ts";
import { World } from "../testing/world.ts";

const DAY = 24 * 3_600_000;
let world: World;

beforeEach(() => {
  world = new World();
});
afterEach(() => world.remove());

/** Every citizen who was told that the request stands has it carried out once, and nobody's is carried out twice. */
function accountOf(venue: Venue): { lost: string[]; twice: string[] } {
  const carried = venue.carriedOut();
  const count = (message: string) => carried.filter((one) => one === message).length;
  return {
    lost: venue.told.filter(({ message }) => count(message) === 0).map(({ message }) => message),
    twice: [...new Set(carried)].filter((message) => count(message) > 1),
  };
}

const CLEAN = { lost: [], twice: [] };

test("with the gateway there, the citizen has the institution's own answer and nothing waits", async () => {
  const venue = new Venue(world);
  await world.clock.advance(0);
  await venue.visit();
  expect(venue.told).toEqual([{ message: "visitor 1", how: "received", number: "SC-1" }]);
  expect(venue.waiting).toBe(0);
  expect(accountOf(venue)).toEqual(CLEAN);
  await venue.kiosk.outbox.stop();
});

test("three days off line: hundreds of requests, a restart each night, a gateway that comes back badly", {
  timeout: 120_000,
}, async () => {
  const venue = new Venue(world);
  await world.clock.advance(0);
  venue.goOnLine(false);
  for (let day = 0; day < 3; day++) {
    for (let visitor = 0; visitor < 80; visitor++) {
      await venue.visit();
      await world.clock.advance(5 * 60_000);
    }
    expect(venue.waiting).toBe((day + 1) * 160);
    await world.clock.advance(DAY - 80 * 6 * 60_000);
    await venue.restart();
  }
  expect(venue.told.every(({ how }) => how === "waiting")).toBe(true);
  expect(new Set(venue.told.map(({ number }) => number)).size).toBe(240);
  expect(world.gateway.received.size).toBe(0);

  // Every second answer is lost, every fifth attempt finds the gateway gone again.
  let attempt = 0;
  world.gateway.onDelivery = () => (++attempt % 5 === 0 ? "away" : attempt % 2 === 0 ? "lose-answer" : "take");
  venue.goOnLine(true);
  await world.clock.advance(3 * 60_000);
  await venue.restart();
  await world.clock.advance(3 * 60_000);
  await venue.recover();
  expect(venue.waiting).toBe(0);
  expect(accountOf(venue)).toEqual(CLEAN);
  expect(venue.carriedOut()).toEqual(venue.told.map(({ message }) => message));
  expect(venue.carriedOut("consent.record")).toHaveLength(240);
  expect(Math.max(...world.gateway.deliveries.values())).toBeGreaterThan(1);
  await venue.kiosk.outbox.stop();
});

const step = fc.oneof(
  { weight: 5, arbitrary: fc.record({ do: fc.constant("visit" as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("line" as const), reachable: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("wait" as const), seconds: fc.integer({ min: 1, max: 900 }) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("die" as const), edge: fc.integer({ min: 1, max: 16 }) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("restart" as const) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("gateway" as const),
      is: fc.array(fc.constantFrom("take", "lose-answer", "later", "away"), { minLength: 1, maxLength: 4 }),
    }),
  },
);

test("whatever happens to line, power and answers: nothing is lost and nothing is done twice", {
  timeout: 120_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 14 }), async (steps) => {
      const place = new World();
      const venue = new Venue(place);
      await place.clock.advance(0);
      for (const one of steps) {
        if (one.do === "visit") await venue.visit();
        else if (one.do === "line") venue.goOnLine(one.reachable);
        else if (one.do === "wait") await place.clock.advance(one.seconds * 1_000);
        else if (one.do === "die") venue.kiosk.dieAtEdge(one.edge);
        else if (one.do === "restart") await venue.restart();
        else {
          let at = 0;
          place.gateway.onDelivery = () => one.is[at++ % one.is.length] ?? "take";
        }
        if (venue.kiosk.dead) await venue.restart();
      }
      venue.kiosk.dieAtEdge(Number.POSITIVE_INFINITY);
      await venue.recover();
      const { waiting } = venue;
      await venue.kiosk.outbox.stop();
      venue.kiosk.kill();
      place.remove();
      expect({ ...accountOf(venue), waiting, defects: venue.kiosk.defects }).toEqual({
        ...CLEAN,
        waiting: 0,
        defects: [],
      });
    }),
    { numRuns: 60 },
  );
});

describe("what waits goes in order", () => {
  test("one that its institution does not take holds up its own lane and journey, and nothing else", async () => {
    const venue = new Venue(world);
    await world.clock.advance(0);
    venue.goOnLine(false);
    for (let visitor = 0; visitor < 3; visitor++) await venue.visit();
    // Consents are taken by the gateway itself; the desk is away.
    const desk = { away: true };
    const deliver = world.gateway.deliver.bind(world.gateway);
    world.gateway.deliver = (key, sealed) => {
      world.gateway.onDelivery = () => (key.includes("request") && desk.away ? "later" : "take");
      return deliver(key, sealed);
    };
    venue.goOnLine(true);
    await world.clock.advance(60_000);
    expect(venue.carriedOut("consent.record")).toEqual(["visitor 1", "visitor 2", "visitor 3"]);
    expect(venue.carriedOut()).toEqual([]);
    desk.away = false;
    await world.clock.advance(600_000);
    expect(venue.carriedOut()).toEqual(["visitor 1", "visitor 2", "visitor 3"]);
    await venue.kiosk.outbox.stop();
  });

  test("a clock that is set back by a year changes neither the order nor what is kept", async () => {
    const venue = new Venue(world);
    await world.clock.advance(0);
    venue.goOnLine(false);
    await venue.visit();
    const { now } = world.clock;
    world.clock.now = () => now.call(world.clock) - 365 * DAY;
    await venue.visit();
    world.clock.now = () => now.call(world.clock) + 365 * DAY;
    await venue.restart();
    await venue.recover();
    expect(venue.carriedOut()).toEqual(["visitor 1", "visitor 2"]);
    await venue.kiosk.outbox.stop();
  });
});

describe("a kiosk that cannot keep a promise does not make it", () => {
  test.each([
    ["full by number", { count: 2, bytes: 1_000_000, age: DAY }, 0],
    ["full by size", { count: 100, bytes: 500, age: DAY }, 0],
    ["waiting too long", { count: 100, bytes: 1_000_000, age: DAY }, DAY + 1],
  ])("%s: nothing more may wait, and what waits is kept", async (_name, limits, later) => {
    world.limits = limits;
    const venue = new Venue(world);
    await world.clock.advance(0);
    venue.goOnLine(false);
    await venue.visit();
    await world.clock.advance(later);
    await venue.restart();
    expect(venue.kiosk.outbox.waitable.value.size).toBe(0);
    expect(venue.kiosk.outbox.status.value).toMatchObject({ open: false, waiting: 2 });
    await venue.visit();
    expect(venue.told).toHaveLength(1);
    await venue.recover();
    expect(accountOf(venue)).toEqual(CLEAN);
    expect(venue.kiosk.outbox.waitable.value.size).toBeGreaterThan(0);
    await venue.kiosk.outbox.stop();
  });

  test("that never met its gateway has no key to seal to", async () => {
    world.gateway.reachable = false;
    world.gatewayReachable.set(false);
    const venue = new Venue(world);
    await world.clock.advance(0);
    expect(venue.kiosk.outbox.waitable.value.size).toBe(0);
    venue.goOnLine(true);
    await world.clock.advance(0);
    expect(venue.kiosk.outbox.waitable.value.size).toBe(3);
    venue.goOnLine(false);
    await venue.restart();
    expect(venue.kiosk.outbox.waitable.value.size).toBe(3);
    await venue.kiosk.outbox.stop();
  });
});

test("a refusal for ever becomes an incident under the number that the citizen holds, and nothing sealed is left", async () => {
  const venue = new Venue(world);
  await world.clock.advance(0);
  venue.goOnLine(false);
  await venue.visit();
  world.gateway.onDelivery = () => "refuse";
  venue.goOnLine(true);
  await world.clock.advance(60_000);
  const [told] = venue.told;
  const incidents = venue.kiosk.journal.incidents.undelivered();
  expect(incidents.map(({ number, kind }) => ({ number, kind }))).toContainEqual({
    number: told?.number,
    kind: "submission-refused",
  });
  expect(venue.kiosk.journal.outbox.size()).toEqual({ waiting: 0, bytes: 0, oldestAt: null, refused: 2 });
  expect(venue.kiosk.journal.unsettled()).toEqual([]);
  await venue.kiosk.outbox.stop();
});

test("who asks to be left alone is: no attempt is made before Retry-After is over, whoever comes meanwhile", async () => {
  const venue = new Venue(world);
  await world.clock.advance(0);
  const attempts: number[] = [];
  const deliver = world.gateway.deliver.bind(world.gateway);
  world.gateway.deliver = async (key, sealed) => {
    attempts.push(world.clock.monotonic());
    const answer = await deliver(key, sealed);
    return answer.kind === "later" ? { ...answer, retryAfter: 600_000 } : answer;
  };
  world.gateway.onDelivery = () => "later";
  await venue.visit();
  await venue.visit();
  const [first = 0] = attempts;
  await world.clock.advance(590_000 - (world.clock.monotonic() - first));
  expect(attempts).toHaveLength(1);
  world.gateway.onDelivery = () => "take";
  await world.clock.advance(60_000);
  expect(accountOf(venue)).toEqual(CLEAN);
  expect(venue.waiting).toBe(0);
  await venue.kiosk.outbox.stop();
});
