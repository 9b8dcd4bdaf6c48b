import { assign, type EventObject } from "xstate";
import { SUBMISSIONS, type SubmissionName } from "../../base/contracts/gateway.ts";
import { waitingSchema } from "../../base/contracts/outbox.ts";
import type { Outcome } from "../../base/outcome.ts";
import { type Ending, type JourneyContext, type JourneyEvent, OF_ONE_PAGE } from "../engine/context.ts";
import type { IncidentRecord, Json } from "../engine/ports.ts";

/** Changes of a journey's context that several steps share: each is a value that `assign` takes. */

type Change = Partial<JourneyContext>;

/** An assignment that reads no event, so that it fits every transition. */
export function change(compute: (args: { readonly context: JourneyContext }) => Change) {
  return assign<JourneyContext, EventObject, undefined, JourneyEvent, never>(({ context }) => compute({ context }));
}

/** An assignment on the event of type `T`, for transitions that several states share. */
export function changeOn<T extends JourneyEvent["type"]>(
  compute: (args: { readonly context: JourneyContext; readonly event: Extract<JourneyEvent, { type: T }> }) => Change,
) {
  return assign<JourneyContext, Extract<JourneyEvent, { type: T }>, undefined, JourneyEvent, never>(
    ({ context, event }) => compute({ context, event }),
  );
}

/** The citizen comes to the page of `step`. */
export function arriveAt(step: string) {
  return change(({ context }) => ({
    ...OF_ONE_PAGE,
    trail:
      context.changing?.touched !== false && context.trail.at(-1) !== step ? [...context.trail, step] : context.trail,
  }));
}

/** Another answer is being changed, and this one still holds: its page is passed over on the way back to the review. */
export function isPassedOver({ changing, data }: JourneyContext, step: string): boolean {
  return changing !== null && changing.from !== step && data[step] !== undefined;
}

/** A step without a page of its own begins. */
export const begin = change(() => OF_ONE_PAGE);

/** The review is reached again: whatever was being changed is settled. */
export function arriveAtReview(step: string) {
  return change(({ context }) => ({
    ...OF_ONE_PAGE,
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
      if (target === context.changing.review) return {};
      if (target === context.changing.from) return { trail: upTo(context.trail, target) };
    }
    const at = context.trail.lastIndexOf(from);
    const before = at === -1 ? context.trail : context.trail.slice(0, at);
    return { changing: null, trail: before.slice(0, before.lastIndexOf(target) + 1) };
  });
}

function upTo(trail: readonly string[], step: string): readonly string[] {
  return trail.slice(0, trail.lastIndexOf(step) + 1);
}

/** Keeps what a step brought. When it differs from what was there, all that was built upon it is void. */
export function stored(context: JourneyContext, name: string, value: Json, dependents: readonly string[]): Change {
  if (JSON.stringify(context.data[name]) === JSON.stringify(value)) return { problem: null };
  const kept = Object.entries(context.data).filter(([step]) => step !== name && !dependents.includes(step));
  const { changing, trail } = context;
  return {
    problem: null,
    data: { ...Object.fromEntries(kept), [name]: value },
    ...(changing === null || changing.touched
      ? {}
      : { changing: { ...changing, touched: true }, trail: upTo(trail, changing.from) }),
  };
}

/** Forgets what a step brought, and all that was built upon it: it is as if the step had not been reached. */
export function forgotten(context: JourneyContext, name: string, dependents: readonly string[]): Change {
  const { data, ...rest } = stored(context, name, null, dependents);
  const { [name]: _gone, ...kept } = data ?? context.data;
  return { ...rest, data: kept };
}

/** Begins an effect: the next number under its base name. */
export function newEffect(base: string) {
  return change(({ context }) => ({ effects: { ...context.effects, [base]: (context.effects[base] ?? 0) + 1 } }));
}

/** The name of the effect that was begun last under `base`, e.g. `charge-2`. */
export function effectName(context: JourneyContext, base: string): string {
  return `${base}-${context.effects[base] ?? 1}`;
}

/** Keeps `more` of what the open step gathers. */
export function gathered(context: JourneyContext, more: JourneyContext["work"]): Change {
  return { work: { ...context.work, ...more } };
}

/** The citizen has what they came for, unless they have paid for something else. */
export const served = change(({ context }) => ({ delivered: context.delivered || context.sale === null }));

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

/** Whether a submission was accepted for later: it will be carried out when the network is back. */
export function accepted(outcome: Outcome<Json>): boolean {
  return outcome.outcome === "ok" && waitingSchema.safeParse(outcome.value).success;
}

/** Whether the citizen has paid and holds nothing for it yet. */
export function owed(context: JourneyContext): boolean {
  return context.sale !== null && !context.delivered;
}

/** Whether something is signed, or may be, of which the citizen holds no receipt yet. */
export function unreceipted(context: JourneyContext): boolean {
  return context.unreceipted !== null && !context.delivered;
}
