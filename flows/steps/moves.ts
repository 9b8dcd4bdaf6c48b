import { assign, type EventObject } from "xstate";
import { SUBMISSIONS, type SubmissionName } from "../../base/contracts/gateway.ts";
import type { Outcome } from "../../base/outcome.ts";
import type { Ending, JourneyContext, JourneyEvent } from "../engine/context.ts";
import type { IncidentRecord, Json } from "../engine/ports.ts";

/** Changes of a journey's context that several steps share: each is a value that `assign` takes. */

type Change = Partial<JourneyContext>;

/** An assignment that reads no event, so that it fits every transition. */
export function change(compute: (args: { readonly context: JourneyContext }) => Change) {
  return assign<JourneyContext, EventObject, undefined, JourneyEvent, never>(({ context }) => compute({ context }));
}

/** The citizen comes to the page of `step`. */
export function arriveAt(step: string) {
  return change(({ context }) => ({
    ...fresh,
    trail: context.changing === null && context.trail.at(-1) !== step ? [...context.trail, step] : context.trail,
  }));
}

const fresh = { problem: null, draft: "", attempts: 0, card: null, chipRead: null } as const;

/** A step without a page of its own begins. */
export const begin = change(() => fresh);

/** The review is reached again: whatever was being changed is settled. */
export function arriveAtReview(step: string) {
  return change(({ context }) => ({
    ...fresh,
    changing: null,
    trail: context.trail.includes(step)
      ? context.trail.slice(0, context.trail.indexOf(step) + 1)
      : [...context.trail, step],
  }));
}

/** Goes back to the page of `target` from `from`; a change that was begun is given up or goes on. */
export function backTo(target: string, from: string) {
  return change(({ context }) => {
    if (context.changing !== null) {
      if (target === context.changing.review || target === context.changing.from) return {};
    }
    const at = context.trail.lastIndexOf(from);
    const before = at === -1 ? context.trail : context.trail.slice(0, at);
    return { changing: null, trail: before.slice(0, before.lastIndexOf(target) + 1) };
  });
}

/** Keeps what a step brought. When it differs from what was there, all that was built upon it is void. */
export function stored(context: JourneyContext, name: string, value: Json, dependents: readonly string[]): Change {
  if (JSON.stringify(context.data[name]) === JSON.stringify(value)) return { problem: null };
  const kept = Object.entries(context.data).filter(([step]) => step !== name && !dependents.includes(step));
  return { problem: null, data: { ...Object.fromEntries(kept), [name]: value } };
}

/** Begins an effect: the next number under its base name. */
export function newEffect(base: string) {
  return change(({ context }) => ({ effects: { ...context.effects, [base]: (context.effects[base] ?? 0) + 1 } }));
}

/** The name of the effect that was begun last under `base`, e.g. `charge-2`. */
export function effectName(context: JourneyContext, base: string): string {
  return `${base}-${context.effects[base] ?? 1}`;
}

export function endWith(ending: Ending) {
  return change(() => ({ ending }));
}

/** What a person must settle. The page `incident-<kind>` tells it, unless the journey already has an ending. */
export function incidentOf(record: (context: JourneyContext) => IncidentRecord) {
  return change(({ context }) => ({ incident: record(context) }));
}

/** What the page must say is wrong; `null`: nothing any more. */
export function problem(key: string | null) {
  return change(() => ({ problem: key }));
}

/** Whether a submission was done and answered in the form that the contract promises. */
export function promised(
  operation: SubmissionName,
  outcome: Outcome<Json>,
): outcome is Extract<Outcome<Json>, { outcome: "ok" }> {
  return outcome.outcome === "ok" && SUBMISSIONS[operation].result.safeParse(outcome.value).success;
}

/** Whether the citizen has paid and holds nothing for it yet. */
export function owed(context: JourneyContext): boolean {
  return context.sale !== null && !context.delivered;
}
