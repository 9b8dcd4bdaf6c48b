import { expect, test } from "vitest";
import type { PowerState } from "./interface.ts";
import { adviseOnPower, DEFAULT_POWER_RULES, POWER_ADVICE } from "./policy.ts";

const NOW = 1_000_000;
const power = (state: Partial<PowerState>): PowerState => ({
  ...{ source: "mains", low: false, shutdown: false, since: NOW - 1_000 },
  ...state,
});

test.each<[string, Partial<PowerState>, keyof typeof POWER_ADVICE]>([
  ["on the mains", {}, "serve"],
  ["on the mains with an empty battery", { low: true, charge: 3, runtime: 20 }, "serve"],
  ["past the UPS", { source: "bypass" }, "serve"],
  ["never heard", { source: "unknown" }, "serve"],
  ["silent after the mains", { source: "unknown", before: "mains", since: 0 }, "serve"],
  ["on battery", { source: "battery", charge: 90, runtime: 900 }, "finish"],
  ["on a battery that tells nothing", { source: "battery" }, "finish"],
  ["on a low battery", { source: "battery", low: true }, "stop"],
  ["too little time left", { source: "battery", runtime: DEFAULT_POWER_RULES.stopBelowRuntime }, "stop"],
  ["too little charge left", { source: "battery", charge: DEFAULT_POWER_RULES.stopBelowCharge }, "stop"],
  ["silent for a moment after the battery", { source: "unknown", before: "battery" }, "finish"],
  ["silent for too long after the battery", { source: "unknown", before: "battery", since: NOW - 15_000 }, "stop"],
  ["silent after a low battery", { source: "unknown", before: "battery", low: true }, "stop"],
  ["ordered off while the mains is there", { shutdown: true }, "stop"],
])("%s: %s", (_name, state, advice) => expect(adviseOnPower(power(state), NOW)).toBe(advice));

test("on battery what is owed is printed and nothing new is charged; at the end nothing begins", () => {
  expect(POWER_ADVICE.finish).toEqual({ takePayments: false, finishPapers: true, stop: false });
  expect(POWER_ADVICE.stop).toEqual({ takePayments: false, finishPapers: false, stop: true });
});
