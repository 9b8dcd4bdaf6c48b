import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { SimulatedClock } from "../../base/clock.ts";
import { silentLogger } from "../../base/log.ts";
import { Subject } from "../../base/observable.ts";
import { assertOk, ok } from "../../base/result.ts";
import { type OpenedStore, openStore } from "../store/store.ts";
import { Wake } from "../wake.ts";
import { reportLoop } from "./report-loop.ts";

const MINUTE = 60_000;

let clock: SimulatedClock;
let store: OpenedStore;
let sentAt: number[];
let heartbeat: number;
let stop: () => Promise<void>;
const socketOpen = new Subject(false);

beforeEach(() => {
  clock = new SimulatedClock();
  store = assertOk(openStore({ directory: mkdtempSync(join(tmpdir(), "report-loop-")), clock }), "store");
  sentAt = [];
  heartbeat = 60;
  socketOpen.set(false);
  const ending = new AbortController();
  const answer = () => JSON.stringify({ acknowledged: 0, now: clock.now(), desired: '"1"', resend: false });
  const loop = reportLoop({
    client: {
      learnClock: () => {},
      request: async () => {
        sentAt.push(clock.monotonic());
        return ok({ status: 200, headers: {}, body: Buffer.from(answer()), socket: {} as never });
      },
    },
    ...{ outbox: store.outbox, clock, random: () => 0, log: silentLogger, signal: ending.signal, socketOpen },
    ...{ heartbeat: () => heartbeat, onAnswer: () => {}, onReturn: () => {}, wake: new Wake() },
  });
  stop = async () => {
    ending.abort();
    await loop;
  };
});
afterEach(async () => {
  await stop();
  store.close();
});

test("an open socket stands for three heartbeats of four", async () => {
  await clock.advance(8 * MINUTE);
  expect(sentAt).toHaveLength(9);
  sentAt.length = 0;
  socketOpen.set(true);
  await clock.advance(8 * MINUTE);
  expect(sentAt).toHaveLength(2);
});

test("a socket that closes brings the heartbeat that it stood for at once", async () => {
  socketOpen.set(true);
  await clock.advance(3 * MINUTE);
  expect(sentAt).toHaveLength(1);
  socketOpen.set(false);
  await clock.advance(1_000);
  expect(sentAt).toHaveLength(2);
  await clock.advance(MINUTE);
  expect(sentAt).toHaveLength(3);
});

test("a fleet that wants to hear more often than the socket is asked hears as often", async () => {
  heartbeat = 10;
  socketOpen.set(true);
  await clock.advance(MINUTE);
  expect(sentAt).toHaveLength(7);
});
