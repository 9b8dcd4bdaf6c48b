import { assign } from "xstate";
import type { JourneyContext } from "../engine/context.ts";
import { initialContext } from "../engine/context.ts";
import { type JourneyState, journey } from "../engine/journey.ts";
import { endingState, incidentState } from "../steps/endings.ts";
import { kindOf, type Step } from "../steps/library.ts";
import { backTo, incidentOf, owed, unreceipted } from "../steps/moves.ts";
import type { BackTransition, ServiceFacts } from "../steps/step.ts";
import type { Definition } from "./definition.ts";
import { dependentsOf, nextOf, stepsAfter } from "./graph.ts";

export type JourneyMachine = ReturnType<typeof createJourneyMachine>;

/** One machine for one service: a state for each step, and the endings that every service has. */
export function createJourneyMachine(definition: Definition, service: ServiceFacts) {
  const { steps } = definition;
  const states: { [name: string]: JourneyState } = {};
  for (const step of steps) {
    const built = kindOf(step).build(step, {
      service,
      next: `#${nextOf(steps, step) ?? "ending"}`,
      back: stepsBefore(steps, step).some(({ kind }) => kind === "pay" || kind === "sign") ? [] : backFrom(steps, step),
      dependents: dependentsOf(steps, step),
    });
    states[step.id] = { ...built, id: step.id };
  }
  return journey.createMachine({
    id: "journey",
    context: ({ input }) => initialContext(input),
    initial: steps[0]?.id ?? "ending",
    on: {
      ...IGNORED,
      SET_LOCALE: { actions: assign({ locale: ({ event }) => event.locale }) },
      ABANDON: [
        {
          guard: ({ context }) => owed(context),
          target: "#incident",
          actions: [
            assign({ alone: true }),
            incidentOf((context) => ({
              // A paper that nobody has seen may be there all the same.
              kind: context.prints.includes("unconfirmed") ? "delivery-unknown" : "paid-not-delivered",
              ...(context.sale === null ? {} : { amount: context.sale.amount }),
              effects: Object.entries(context.effects).map(([base, number]) => `${base}-${number}`),
            })),
          ],
        },
        {
          guard: ({ context }) => unreceipted(context),
          target: "#incident",
          actions: [
            assign({ alone: true }),
            incidentOf((context) => ({
              kind: context.unreceipted?.recorded === true ? "delivery-unknown" : "signature-unknown",
              effects: context.unreceipted === null ? [] : [context.unreceipted.effect],
            })),
          ],
        },
        {
          target: "#ending",
          actions: assign(({ context }) => ({
            alone: true,
            ending: { result: resultOnLeaving(context), page: "left" },
          })),
        },
      ],
    },
    states: {
      ...states,
      incident: incidentState(service),
      ending: endingState,
      left: { id: "left", type: "final" },
    },
    output: ({ context }) => ({ result: context.ending?.result ?? "abandoned" }),
  });
}

function resultOnLeaving({ waiting, delivered }: JourneyContext) {
  if (waiting) return "waiting";
  return delivered ? "delivered" : "abandoned";
}

/** Every event that a citizen or a device can cause is ignored on purpose where a step does not take it. */
const IGNORED = {
  START: {},
  OPEN_SERVICE: {},
  CONTINUE: {},
  BACK: {},
  LEAVE: {},
  STAY: {},
  ACCEPT: {},
  REFUSE: {},
  TYPE_RUN: {},
  SCAN: {},
  REMOVE: {},
  USE_PHONE: {},
  SUBMIT: {},
  SELECT: {},
  CHOOSE: {},
  CHANGE: {},
  CONFIRM: {},
  RETRY: {},
  SKIP: {},
  FINISH: {},
  MORE_TIME: {},
  HELP: {},
  CLOSE_HELP: {},
  CHIP_PROGRESS: {},
  FINGER_PROGRESS: {},
  PAPER_PROGRESS: {},
  PHONE_PROGRESS: {},
  PAYMENT_PROMPT: {},
  PRINT_PROGRESS: {},
} as const;

function stepsBefore(steps: readonly Step[], step: Step): Step[] {
  return steps.filter((other) => stepsAfter(steps, other).has(step.id));
}

/** "Back" leads to the page that the citizen saw before; while an answer is being changed, first to that answer. */
function backFrom(steps: readonly Step[], step: Step): BackTransition[] {
  const isPage = kindOf(step).page;
  const reviews = steps.filter(({ kind }) => kind === "review");
  const transitions: BackTransition[] = [];
  for (const review of reviews)
    transitions.push({
      guard: ({ context }) =>
        context.changing?.review === review.id && context.changing.from === step.id && !context.changing.touched,
      target: `#${review.id}`,
      actions: backTo(review.id, step.id),
    });
  for (const other of stepsBefore(steps, step)) {
    if (!kindOf(other).page) continue;
    transitions.push({
      guard: ({ context }) => pageBefore(context, step.id, isPage) === other.id,
      target: `#${other.id}`,
      actions: backTo(other.id, step.id),
    });
  }
  return transitions;
}

function pageBefore(context: JourneyContext, step: string, isPage: boolean): string | undefined {
  if (context.changing !== null && context.changing.from !== step) return context.changing.from;
  if (!isPage) return context.trail.at(-1);
  const at = context.trail.lastIndexOf(step);
  return at <= 0 ? undefined : context.trail[at - 1];
}
