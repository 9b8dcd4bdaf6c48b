import { afterEach, beforeEach, expect, test } from "vitest";
import { SimulatedClock } from "../../../base/clock.ts";
import { silentLogger } from "../../../base/log.ts";
import type { CodedError } from "../../../base/registry/coded-error.ts";
import { coded } from "../../../base/registry/coded-error.ts";
import { err, ok, type Result } from "../../../base/result.ts";
import type { GatewayClient, InstitutionState } from "./client.ts";
import { InstitutionWatch } from "./health.ts";

type Report = Result<Readonly<Record<string, InstitutionState>>, CodedError>;

let clock: SimulatedClock;
let report: Report;
let asked: number;
let watch: InstitutionWatch;

beforeEach(async () => {
  clock = new SimulatedClock();
  asked = 0;
  report = ok({ fonasa: "up", srcei: "up" });
  const health = async () => {
    asked++;
    return report;
  };
  watch = new InstitutionWatch({ health } as unknown as GatewayClient, clock, silentLogger);
  watch.start();
  await clock.advance(0);
});

afterEach(async () => {
  await Promise.all([watch.stop(), clock.advance(0)]);
});

test("institutions that answer are asked about every quarter of a minute", async () => {
  await clock.advance(45_000);
  expect(asked).toBe(4);
  expect(watch.reachable.value).toEqual(new Set(["fonasa", "srcei"]));
});

test("an institution that was away is offered again within five seconds of its return", async () => {
  report = ok({ fonasa: "down", srcei: "up" });
  await clock.advance(15_000);
  expect(watch.reachable.value).toEqual(new Set(["srcei"]));
  report = ok({ fonasa: "up", srcei: "up" });
  await clock.advance(5_000);
  expect(watch.reachable.value).toEqual(new Set(["fonasa", "srcei"]));
});

test("one report that does not come closes nothing, two close everything", async () => {
  report = err(coded("link.lost", "test"));
  await clock.advance(15_000);
  expect(watch.reachable.value).toEqual(new Set(["fonasa", "srcei"]));
  await clock.advance(2_000);
  expect(watch.reachable.value).toEqual(new Set());
});
