import { assign } from "xstate";
import { z } from "zod";
import { QUERIES, SUBMISSIONS } from "../../base/contracts/gateway.ts";
import type { Outcome } from "../../base/outcome.ts";
import { DELAYS } from "../engine/delays.ts";
import type { Json } from "../engine/ports.ts";
import { begin, change, effectName, newEffect } from "./moves.ts";
import { problemPage, waitingPage } from "./problem-page.ts";
import type { StepKind, ViewEnv } from "./step.ts";
import { stepBase } from "./step.ts";

const schema = z.strictObject({ ...stepBase, kind: z.literal("wait-for-help") });
export type WaitForHelpStep = z.infer<typeof schema>;

/**
 * Calls a person of the office and waits for them, for a bounded time; then says honestly that nobody came. The citizen can go on or
 * leave all the while. What is told is which kiosk and which service, never who stands there.
 */
export const waitForHelp: StepKind<WaitForHelpStep> = {
  schema,
  page: false,
  texts: () => ({ required: [], optional: [] }),
  result: () => undefined,
  exits: () => [],
  build: (step, env) => {
    const again = { target: `#${step.id}.calling`, actions: newEffect("help") };
    const away = { CONTINUE: env.next, FINISH: { target: "#ending", actions: gone } };
    return {
      entry: [begin, newEffect("help")],
      initial: "calling",
      states: {
        calling: {
          tags: "busy",
          invoke: {
            src: "submit",
            input: ({ context }) => ({
              ports: context.ports,
              effect: effectName(context, "help"),
              operation: "attention.help.call",
              input: { service: env.service.id },
            }),
            onDone: [
              {
                guard: ({ event }) => callOf(event.output) !== undefined,
                target: "waiting",
                actions: assign(({ event }) => ({ work: { call: callOf(event.output) ?? "" } })),
              },
              { guard: ({ event }) => event.output.outcome === "error", target: "notCalled" },
              { target: "doubt" },
            ],
            onError: "doubt",
          },
          after: { [DELAYS.submit]: "doubt" },
        },
        notCalled: { tags: "citizen", on: { RETRY: again, ...away } },
        /** It may have arrived: it is asked for again under the same name, so that nobody is called twice. */
        doubt: { tags: "citizen", on: { RETRY: "calling", ...away } },
        waiting: {
          initial: "pausing",
          after: { [DELAYS.help]: "nobody" },
          on: away,
          states: {
            pausing: { tags: "citizen", after: { [DELAYS.helpPause]: "asking" } },
            asking: {
              tags: "citizen",
              invoke: {
                src: "lookUp",
                input: ({ context }) => ({
                  ports: context.ports,
                  operation: "attention.help",
                  input: { call: String(context.work.call ?? "") },
                }),
                onDone: [
                  { guard: ({ event }) => stateOf(event.output) === "coming", target: `#${step.id}.coming` },
                  { guard: ({ event }) => stateOf(event.output) === "closed", target: `#${step.id}.nobody` },
                  { target: "pausing" },
                ],
                onError: "pausing",
              },
              after: { [DELAYS.lookUp]: "pausing" },
            },
          },
        },
        coming: { tags: "citizen", on: away },
        nobody: { tags: "citizen", on: { RETRY: again, ...away } },
      },
    };
  },
  view: (_step, env) => {
    switch (env.leaf) {
      case "calling":
        return waitingPage(env, "called.calling");
      case "notCalled":
      case "doubt":
        return problemPage(env, env.leaf === "doubt" ? "called.doubt" : "called.failed", ACTIONS);
      case "nobody":
        return problemPage(env, "called.nobody", ACTIONS);
      default:
        return calledPage(env, env.leaf === "coming" ? "coming" : "waiting");
    }
  },
};

const ACTIONS = [
  ["RETRY", "called.again"],
  ["CONTINUE", "called.go-on"],
  ["FINISH", "action.leave"],
] as const;

/** What was done before stays done. */
const gone = change(({ context }) => ({
  ending: { result: context.delivered ? ("delivered" as const) : ("nothing-done" as const), page: "bye" },
}));

function calledPage({ common }: ViewEnv, state: "waiting" | "coming") {
  return {
    screen: {
      kind: "help-called" as const,
      title: common.say(`called.${state}-title`),
      body: common.paragraphs(`called.${state}-body`),
      state,
      actions: [
        { intent: "CONTINUE" as const, label: common.say("called.go-on") },
        { intent: "FINISH" as const, label: common.say("action.leave") },
      ],
    },
    intents: ["CONTINUE" as const, "FINISH" as const],
  };
}

function callOf(outcome: Outcome<Json>): string | undefined {
  if (outcome.outcome !== "ok") return undefined;
  return SUBMISSIONS["attention.help.call"].result.safeParse(outcome.value).data?.call;
}

function stateOf(outcome: Outcome<Json>): string | undefined {
  return outcome.outcome === "ok" ? QUERIES["attention.help"].result.safeParse(outcome.value).data?.state : undefined;
}
