import { expect, test } from "vitest";
import type { JourneyResult } from "../../../flows/engine/ports.ts";
import type { Effect, EffectState } from "../journal/effect.ts";
import { assess, type Case } from "./assess.ts";

const NAME = "sign-declaration-1";

const effect = (name: string, kind: Effect["kind"], state: EffectState, operation: string | null = null): Effect => ({
  ...{ key: `j1/${name}`, journey: "j1", name, attempt: 1, kind, state, operation },
  ...{ device: null, amount: null, ticket: null, detail: null, startedAt: 0, changedAt: 0 },
});
const signature = (state: EffectState) => effect(NAME, "submit", state, "signature.record");
const receipt = (state: EffectState) => effect("print-signature-1", "print", state);

const state = (result: JourneyResult | null, effects: readonly Effect[], exhausted: readonly string[] = []): Case => ({
  ...{ result, effects, incidents: [] },
  exhausted: new Set(exhausted),
});
const incident = (kind: string) => [{ do: "record", incident: { kind, effects: [NAME] } }];

test.each<EffectState>(["sent", "unknown"])("a signature that is %s is asked for at the gateway", (end) => {
  expect(assess(state(null, [signature(end)]))).toMatchObject([{ do: "ask-gateway", effect: { name: NAME } }]);
});

test("a signature of which nobody can tell becomes an incident", () => {
  expect(assess(state(null, [signature("unknown")], [`j1/${NAME}`]))).toEqual(incident("signature-unknown"));
});

test.each<[string, readonly Effect[]]>([
  ["no paper was begun", []],
  ["the paper failed", [receipt("failed")]],
  ["nobody knows of the paper", [receipt("unknown")]],
])("a signature without a receipt becomes an incident: %s", (_name, papers) => {
  expect(assess(state(null, [signature("done"), ...papers]))).toEqual(incident("delivery-unknown"));
});

test.each<[string, readonly Effect[]]>([
  ["on paper", [receipt("done")]],
  ["on the phone", [receipt("failed"), effect("link-1", "submit", "done", "delivery.link")]],
])("a signature whose receipt was handed over leaves nothing to do: %s", (_name, papers) => {
  expect(assess(state(null, [signature("done"), ...papers]))).toEqual([]);
});

test("a signature that was certainly not made leaves nothing to do", () => {
  expect(assess(state("abandoned", [signature("failed")]))).toEqual([]);
});

test("a journey that has seen its own end is believed", () => {
  expect(assess(state("delivered", [signature("done"), receipt("unknown")]))).toEqual([]);
});
