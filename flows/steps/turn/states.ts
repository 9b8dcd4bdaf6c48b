import { assign } from "xstate";
import { QUERIES, type QueryResult } from "../../../base/contracts/gateway.ts";
import type { Outcome } from "../../../base/outcome.ts";
import type { JourneyContext } from "../../engine/context.ts";
import { DELAYS } from "../../engine/delays.ts";
import { renderValue, valueAt } from "../../engine/expression.ts";
import type { JourneyState } from "../../engine/journey.ts";
import type { Json } from "../../engine/ports.ts";
import { turnReceipt } from "../../receipts/library.ts";
import { renderReceipt } from "../../receipts/template.ts";
import { common } from "../../texts/common.ts";
import { handOffStates } from "../hand-off.ts";
import { effectName, endWith, gathered, newEffect, problem, promised, served, stored } from "../moves.ts";
import { paperState } from "../paper.ts";
import type { BuildEnv } from "../step.ts";
import type { TurnStep } from "./turn.ts";

export const TAKES = { queue: "attention.turn.take", appointment: "attention.appointment.book" } as const;
const OFFERS = { queue: "attention.queues", appointment: "attention.slots" } as const;

export type Queue = QueryResult<"attention.queues">["queues"][number];
export type Slot = QueryResult<"attention.slots">["slots"][number];

/** What the institution offers, as it was kept when it was asked. */
export function queuesIn({ work }: JourneyContext): readonly Queue[] {
  return (work.offers ?? []) as unknown as readonly Queue[];
}

export function slotsIn({ work }: JourneyContext): readonly Slot[] {
  return (work.offers ?? []) as unknown as readonly Slot[];
}

export function pickedSlot(context: JourneyContext): Slot | undefined {
  return slotsIn(context).find(({ slot }) => slot === context.work.slot);
}

/** The base name of the effect: a service may take several turns, each once. */
export function turnEffect(step: TurnStep): string {
  return `turn-${step.id}`;
}

type States = NonNullable<JourneyState["states"]>;

export function turnStates(step: TurnStep, env: BuildEnv): States {
  const base = turnEffect(step);
  const take = { target: "taking", actions: [newEffect(base), problem(null)] };
  const leave = { target: "#ending", actions: endWith({ result: "nothing-done", page: "left" }) };
  return {
    arriving: {
      always: [{ guard: ({ context }) => context.data[step.id] !== undefined, target: "shown" }, { target: "asking" }],
    },
    asking: {
      tags: "busy",
      invoke: {
        src: "lookUp",
        input: ({ context }) => ({
          ports: context.ports,
          operation: OFFERS[step.book],
          input: step.book === "queue" ? {} : { matter: step.matter ?? "" },
        }),
        onDone: [
          {
            guard: ({ event }) => (offersOf(step, event.output)?.length ?? 0) > 0,
            target: "choosing",
            actions: assign(({ event }) => ({ work: { offers: offersOf(step, event.output) ?? [] } })),
          },
          { guard: ({ event }) => offersOf(step, event.output) !== undefined, target: "empty" },
          { target: "unavailable" },
        ],
        onError: "unavailable",
      },
      after: { [DELAYS.lookUp]: "unavailable" },
    },
    unavailable: { tags: "citizen", on: { RETRY: "asking", BACK: [...env.back], FINISH: leave } },
    empty: { tags: "citizen", on: { RETRY: "asking", BACK: [...env.back], FINISH: leave } },
    ...(step.book === "queue" ? queueStates(env, take) : slotStates(env, take)),
    taking: {
      tags: "busy",
      invoke: {
        src: "submit",
        input: ({ context }) => ({
          ports: context.ports,
          effect: effectName(context, base),
          operation: TAKES[step.book],
          input: requestOf(step, env, context),
        }),
        onDone: [
          {
            guard: ({ event }) => promised(TAKES[step.book], event.output),
            target: "printing",
            actions: [
              assign(({ context, event }) =>
                stored(context, step.id, event.output.outcome === "ok" ? event.output.value : null, env.dependents),
              ),
              newEffect("print-turn"),
            ],
          },
          ...TAKEN_MEANWHILE.map((code) => ({
            guard: ({ event }: { event: { output: Outcome<Json> } }) =>
              event.output.outcome === "error" && event.output.error.code === code,
            target: "asking",
            actions: problem(code.replace("attention.", "")),
          })),
          { guard: ({ event }) => event.output.outcome === "error", target: "notTaken" },
          { target: "doubt" },
        ],
        onError: "doubt",
      },
      after: { [DELAYS.submit]: "doubt" },
    },
    /** Certainly nothing was taken: another attempt is another effect. */
    notTaken: { tags: "citizen", on: { RETRY: take, BACK: "asking", FINISH: leave } },
    /** It may have been taken: it is only asked for again under the same name, and nothing else can be chosen. */
    doubt: {
      tags: "citizen",
      on: {
        RETRY: "taking",
        FINISH: { target: "#ending", actions: endWith({ result: "abandoned", page: `turn-${step.book}-unknown` }) },
      },
    },
    printing: paperState("print-turn", "printed", (context) => paperOf(step, env, context)),
    printed: {
      always: [
        { guard: ({ context }) => context.prints[0] === "done", target: "shown", actions: served },
        { target: "shown" },
      ],
    },
    shown: {
      tags: "citizen",
      on: {
        CONTINUE: { target: step["offer-copy"] ? "offering" : env.next, actions: served },
      },
    },
    ...(step["offer-copy"]
      ? { ...handOffStates(step.id, step["offer-copy"], folioOf(step)), done: { always: env.next } }
      : {}),
  };
}

/** Refusals after which the offers are asked for again: they were not what they are now. */
const TAKEN_MEANWHILE = ["attention.queue-closed", "attention.slot-taken"] as const;

type Take = { readonly target: string; readonly actions: ReturnType<typeof problem>[] };

/** Which queue, and whether the citizen goes first. */
function queueStates(env: BuildEnv, take: Take): States {
  const queueOf = (context: JourneyContext, option: string) => queuesIn(context).find(({ queue }) => queue === option);
  return {
    choosing: {
      tags: "citizen",
      on: {
        BACK: [...env.back],
        SELECT: [
          {
            guard: ({ context, event }) => queueOf(context, event.option)?.preferential === true,
            target: "preferring",
            actions: [assign(({ context, event }) => gathered(context, { queue: event.option })), problem(null)],
          },
          {
            guard: ({ context, event }) => queueOf(context, event.option) !== undefined,
            ...take,
            actions: [
              assign(({ context, event }) => gathered(context, { queue: event.option, preferential: false })),
              ...take.actions,
            ],
          },
        ],
      },
    },
    preferring: {
      tags: "citizen",
      on: {
        BACK: "choosing",
        SELECT: {
          guard: ({ event }) => event.option === "yes" || event.option === "no",
          ...take,
          actions: [
            assign(({ context, event }) => gathered(context, { preferential: event.option === "yes" })),
            ...take.actions,
          ],
        },
      },
    },
  };
}

/** Which day, which hour, and that it is right. */
function slotStates(env: BuildEnv, take: Take): States {
  return {
    choosing: {
      tags: "citizen",
      on: {
        BACK: [...env.back],
        SELECT: {
          guard: ({ context, event }) => slotsIn(context).some(({ date }) => date === event.option),
          target: "hours",
          actions: [assign(({ context, event }) => gathered(context, { date: event.option })), problem(null)],
        },
      },
    },
    hours: {
      tags: "citizen",
      on: {
        BACK: "choosing",
        SELECT: {
          guard: ({ context, event }) =>
            slotsIn(context).some(({ slot, date }) => slot === event.option && date === context.work.date),
          target: "confirming",
          actions: assign(({ context, event }) => gathered(context, { slot: event.option })),
        },
      },
    },
    confirming: { tags: "citizen", on: { BACK: "hours", CONFIRM: take } },
  };
}

/** What the institution offers; `undefined` when it did not answer in the form that the contract promises. */
function offersOf({ book }: TurnStep, outcome: Outcome<Json>): Json[] | undefined {
  if (outcome.outcome !== "ok") return undefined;
  if (book === "queue") return QUERIES["attention.queues"].result.safeParse(outcome.value).data?.queues;
  return QUERIES["attention.slots"].result.safeParse(outcome.value).data?.slots;
}

function requestOf(step: TurnStep, env: BuildEnv, context: JourneyContext): Json {
  const { work } = context;
  const run = step.run === undefined ? undefined : renderValue(step.run, env.service.scope(context), "es");
  const whose = typeof run === "string" && run !== "" ? { run } : {};
  if (step.book === "queue") return { queue: work.queue ?? "", preferential: work.preferential ?? false, ...whose };
  return { slot: work.slot ?? "", matter: step.matter ?? "", ...whose };
}

function folioOf(step: TurnStep) {
  return (context: JourneyContext) => String(valueAt(context.data, [step.id, "folio"]) ?? "");
}

function paperOf(step: TurnStep, env: BuildEnv, context: JourneyContext) {
  const scope = { ...env.service.scope(context), turn: context.data[step.id] };
  const { locale, site } = context;
  return renderReceipt(turnReceipt(step.book), scope, common(locale, scope), locale, site.demo);
}
