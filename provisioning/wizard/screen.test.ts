import { existsSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, expect, test } from "vitest";
import { SimulatedClock } from "../../base/clock.ts";
import { ok } from "../../base/result.ts";
import { CODE_WITHIN, holdScreen } from "./screen.ts";

let clock: SimulatedClock;
let flag: string;
let enrolled: boolean;
let open: boolean;
let finished: AbortController;
let stopped: AbortController;
let orders: string[];
let ended: boolean;

beforeEach(() => {
  clock = new SimulatedClock();
  flag = join(mkdtempSync(join(tmpdir(), "wizard-")), "run", "wizard");
  [enrolled, open, ended] = [false, false, false];
  [finished, stopped] = [new AbortController(), new AbortController()];
  orders = [];
});

async function hold(): Promise<void> {
  void holdScreen({
    enrolled: () => enrolled,
    open: () => open,
    flag,
    run: async (command) => {
      orders.push(command.slice(1).join(" "));
      return ok("");
    },
    clock,
    finished: AbortSignal.any([finished.signal, stopped.signal]),
    stopped: stopped.signal,
  }).then(() => {
    ended = true;
  });
  await clock.advance(1_000);
}

const SHOWN = ["try-restart --no-block ventanilla-shell.service"];
const GIVEN_BACK = "restart --no-block ventanilla-agent.service ventanilla-runtime.service ventanilla-shell.service";

test("a machine without identity shows the wizard for as long as it takes", async () => {
  await hold();
  await clock.advance(24 * 3_600_000);
  expect([ended, existsSync(flag), orders]).toEqual([false, true, SHOWN]);
});

test("an identity that came another way gives the screen to citizens at once, one that came here when the technician has finished", async () => {
  await hold();
  open = true;
  enrolled = true;
  await clock.advance(30 * 60_000);
  expect(ended).toBe(false);
  finished.abort();
  await clock.advance(0);
  expect([ended, existsSync(flag), orders.at(-1)]).toEqual([true, false, GIVEN_BACK]);

  [enrolled, open, ended, orders, finished] = [false, false, false, [], new AbortController()];
  await hold();
  enrolled = true;
  await clock.advance(2_000);
  expect([ended, existsSync(flag), orders.at(-1)]).toEqual([true, false, GIVEN_BACK]);
});

test("a technician who went away keeps citizens off the screen for no longer than the session", async () => {
  await hold();
  [open, enrolled] = [true, true];
  await clock.advance(3_600_000);
  expect(ended).toBe(false);
  open = false;
  await clock.advance(2_000);
  expect(ended).toBe(true);
});

test("the wizard of an enrolled kiosk waits ten minutes for its code", async () => {
  enrolled = true;
  await hold();
  await clock.advance(CODE_WITHIN - 2_000);
  expect(ended).toBe(false);
  await clock.advance(3_000);
  expect([ended, orders.at(-1)]).toEqual([true, GIVEN_BACK]);
});

test("a wizard that the system ends gives the screen back and starts nothing", async () => {
  await hold();
  stopped.abort();
  await clock.advance(0);
  expect([ended, existsSync(flag), orders]).toEqual([true, false, SHOWN]);
  expect(clock.pending).toBe(0);
});
