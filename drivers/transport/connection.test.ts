import { expect, test } from "vitest";
import { SimulatedClock } from "../../base/clock.ts";
import { createLogger, type LogRecord } from "../../base/log.ts";
import { coded } from "../../base/registry/coded-error.ts";
import { err, ok } from "../../base/result.ts";
import type { ByteChannel } from "./byte-channel.ts";
import { Connection } from "./connection.ts";
import { RECONNECT, type Way } from "./reconnect.ts";

/** A place for a device, where one can be plugged in, and a watcher that tells of it when it works. */
function place(way: Way = "device-file") {
  const clock = new SimulatedClock();
  const records: LogRecord[] = [];
  const listeners = new Set<() => void>();
  const world = { there: false, closes: true, attempts: 0, sessions: 0, ended: [] as string[], lose: () => {} };
  const connection = new Connection<number>({
    ...{ device: "d", way, clock, random: () => 0, log: createLogger("t", (record) => records.push(record)) },
    open: async () => {
      world.attempts++;
      if (!world.there) return err(coded("link.absent", "d"));
      const { promise: closed, resolve } = Promise.withResolvers<string>();
      world.lose = () => resolve("unplugged");
      const channel: ByteChannel = {
        closed,
        write: async () => ok(),
        onBytes: () => {},
        close: () => (world.closes ? Promise.resolve(resolve("closed")) : new Promise(() => {})),
      };
      return ok(channel);
    },
    start: () => ++world.sessions,
    end: (session, cause) => void world.ended.push(`${session} ${cause}`),
    hotPlug: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  });
  const notice = () => {
    for (const listener of [...listeners]) listener();
  };
  return { clock, world, connection, records, listeners, notice };
}

test("a notice ends the wait: the device is open without time passing", async () => {
  const { clock, world, connection, notice } = place();
  connection.start();
  await clock.advance(5_000);
  const asked = world.attempts;
  world.there = true;
  notice();
  await clock.advance(0);
  expect(connection.session).toBe(1);
  expect(world.attempts).toBe(asked + 1);
});

test("a notice before the link is made leads to a look soon after, not at the end of a grown wait", async () => {
  const { clock, world, connection, notice } = place();
  connection.start();
  await clock.advance(5_000);
  notice();
  await clock.advance(0);
  world.there = true;
  await clock.advance(RECONNECT["device-file"].first);
  expect(connection.session).toBe(1);
});

test("without any notice a device file is open within half a second, so that the second of the budget holds", async () => {
  const { clock, world, connection } = place();
  connection.start();
  await clock.advance(60_000);
  world.there = true;
  await clock.advance(500);
  expect(connection.session).toBe(1);
});

test("nothing is watched while the device is there, nor after a stop", async () => {
  const { clock, world, connection, listeners } = place();
  connection.start();
  await clock.advance(1_000);
  expect(listeners.size).toBe(1);
  world.there = true;
  await clock.advance(1_000);
  expect(listeners.size).toBe(0);
  await connection.stop();
  expect(listeners.size).toBe(0);
  expect(clock.pending).toBe(0);
});

test.each(Object.entries(RECONNECT))(
  "over %s it is looked for for ever, at the pace of the table",
  async (way, policy) => {
    const { clock, world, connection } = place(way as Way);
    connection.start();
    await clock.advance(60_000);
    const before = world.attempts;
    await clock.advance(60_000);
    const lastMinute = world.attempts - before;
    expect(lastMinute).toBeGreaterThanOrEqual(Math.floor(60_000 / policy.cap) - 1);
    expect(lastMinute).toBeLessThanOrEqual(Math.ceil(60_000 / policy.cap) + 1);
    await connection.stop();
  },
);

test("a restart ends the session and opens another one at once", async () => {
  const { clock, world, connection } = place();
  world.there = true;
  connection.start();
  await clock.advance(10);
  const restarting = connection.restart();
  await clock.advance(0);
  await restarting;
  await clock.advance(0);
  expect(world.ended).toEqual(["1 closed"]);
  expect(connection.session).toBe(2);
});

test("a restart of a device whose file cannot be closed gives the file up and goes on", async () => {
  const { clock, world, connection } = place();
  world.there = true;
  world.closes = false;
  connection.start();
  await clock.advance(10);
  const restarting = connection.restart();
  await clock.advance(0);
  await restarting;
  expect(connection.session).toBeUndefined();
  await clock.advance(3_000);
  expect(connection.session).toBe(2);
});

test("a restart of a device that is away looks for it at once", async () => {
  const { clock, world, connection } = place();
  connection.start();
  await clock.advance(5_000);
  world.there = true;
  await connection.restart();
  await clock.advance(0);
  expect(connection.session).toBe(1);
});

test("a device that is lost ends its session before anybody can use it again, and comes back", async () => {
  const { clock, world, connection } = place();
  world.there = true;
  connection.start();
  await clock.advance(1_000);
  world.lose();
  await clock.advance(0);
  expect(world.ended).toEqual(["1 unplugged"]);
  await clock.advance(200);
  expect(connection.session).toBe(2);
});
