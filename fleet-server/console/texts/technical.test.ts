import { expect, test } from "vitest";
import { ERRORS } from "../../../base/registry/errors.ts";
import { EVENTS } from "../../../base/registry/events.ts";
import { CLONED_EVENT, KNOCKING_EVENT, UPDATE_EVENT } from "../../alerts/kept-events.ts";
import { technicalEn } from "./technical-en.ts";
import { technicalEs } from "./technical-es.ts";

/** Areas of which a rollout or a command may show any code. */
const SHOWN = /^(update|guard|software|agent|printer)\./;

test("every failure that a rollout or a command may show has Spanish words, and words are of registered failures", () => {
  const missing = Object.keys(ERRORS).filter((code) => SHOWN.test(code) && !(code in technicalEs.errors));
  expect(missing).toEqual([]);
  expect(Object.keys(technicalEs.errors).filter((code) => !(code in ERRORS))).toEqual([]);
  expect(Object.keys(technicalEs.errors).filter((code) => !(code in technicalEn.errors))).toEqual([]);
});

test("events that a timeline keeps have words in both languages", () => {
  const kept = [CLONED_EVENT, KNOCKING_EVENT, UPDATE_EVENT];
  for (const event of [...kept, ...Object.keys(technicalEs.events)]) {
    expect(technicalEs.events[event], event).toBeDefined();
    expect(technicalEn.events[event], event).toBeDefined();
    if (!kept.includes(event)) expect(Object.keys(EVENTS)).toContain(event);
  }
});

test("deeds, facts and outcomes have words in both languages", () => {
  for (const part of ["deeds", "facts", "outcomes"] as const)
    expect(Object.keys(technicalEn[part])).toEqual(Object.keys(technicalEs[part]));
});
