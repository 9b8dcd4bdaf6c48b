import { mkdtempSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, expect, test } from "vitest";
import { SimulatedClock } from "../../base/clock.ts";
import { enrolmentCodeSchema } from "../../base/contracts/fleet/identity.ts";
import { Kept } from "../report/kept.ts";
import { Entry, makeWizardCode } from "./entry.ts";

const OTHER = "7KQ2-M4XD-9TRB";
let clock: SimulatedClock;
let kept: Kept;
let entry: Entry;
beforeEach(() => {
  clock = new SimulatedClock();
  kept = new Kept(mkdtempSync(join(tmpdir(), "entry-")));
  entry = new Entry(kept, clock);
});

test("an enrolled kiosk's wizard opens with the code that was made, once, and nobody reads it from the disk", () => {
  const code = makeWizardCode(kept, clock);
  expect(enrolmentCodeSchema.safeParse(code).success).toBe(true);
  expect(statSync(kept.path("wizard-code.json")).mode & 0o777).toBe(0o600);
  expect(JSON.stringify(kept.read("wizard-code.json"))).not.toContain(code);
  expect(entry.enter(OTHER, true)).toMatchObject({ ok: false, error: { code: "provision.code-wrong" } });
  expect(entry.enter(code, true).ok).toBe(true);
  expect(entry.enter(code, true)).toMatchObject({ ok: false });
});

test("a code is good for half an hour", async () => {
  const code = makeWizardCode(kept, clock);
  await clock.advance(31 * 60_000);
  expect(entry.enter(code, true)).toMatchObject({ ok: false });
});

test("five wrong codes lock the wizard for a minute, also for the right one", async () => {
  const code = makeWizardCode(kept, clock);
  for (let time = 0; time < 5; time++) entry.enter(OTHER, true);
  expect(entry.enter(code, true)).toMatchObject({ ok: false, error: { code: "provision.locked" } });
  await clock.advance(60_000);
  expect(entry.enter(code, true).ok).toBe(true);
});

test("one session at a time, for an hour, and none after its end", async () => {
  const tokenOf = () => {
    const entered = entry.enter(OTHER, false);
    return entered.ok ? entered.value : undefined;
  };
  const first = tokenOf();
  const second = tokenOf();
  expect([entry.codeOf(first), entry.codeOf(second)]).toEqual([undefined, OTHER]);
  expect([entry.codeOf(undefined), entry.codeOf(""), entry.codeOf(`${second}x`)]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
  await clock.advance(60 * 60_000);
  expect(entry.codeOf(second)).toBeUndefined();
  const third = tokenOf();
  entry.leave();
  expect(entry.codeOf(third)).toBeUndefined();
});
