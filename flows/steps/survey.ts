import { assign } from "xstate";
import { z } from "zod";
import { DELAYS } from "../engine/delays.ts";
import { begin, effectName, newEffect } from "./moves.ts";
import { waitingPage } from "./problem-page.ts";
import { offLineSchema } from "./schema.ts";
import type { StepKind } from "./step.ts";
import { stepBase } from "./step.ts";

const schema = z.strictObject({ ...stepBase, kind: z.literal("survey"), ...offLineSchema });
export type SurveyStep = z.infer<typeof schema>;

const GRADES = ["1", "2", "3", "4", "5", "6", "7"];

/** One question, 1 to 7, without a name. That it cannot be recorded never stands in a citizen's way. */
export const survey: StepKind<SurveyStep> = {
  schema,
  page: false,
  texts: () => ({ required: ["title"], optional: [] }),
  result: () => undefined,
  exits: () => [],
  build: (step, env) => ({
    entry: begin,
    initial: "asking",
    states: {
      asking: {
        tags: "citizen",
        on: {
          SELECT: {
            guard: ({ event }) => GRADES.includes(event.option),
            target: "recording",
            actions: [assign({ draft: ({ event }) => event.option }), newEffect("survey")],
          },
          SKIP: env.next,
        },
      },
      recording: {
        tags: "busy",
        invoke: {
          src: "submit",
          input: ({ context }) => ({
            ports: context.ports,
            effect: effectName(context, "survey"),
            operation: "survey.record",
            input: { service: env.service.id, grade: Number(context.draft) },
            mayWait: step["off-line"] === "wait",
          }),
          onDone: env.next,
          onError: env.next,
        },
        after: { [DELAYS.submit]: env.next },
      },
    },
  }),
  view: (_step, env) =>
    env.leaf === "recording"
      ? waitingPage(env, "survey.recording")
      : {
          screen: {
            kind: "survey",
            title: env.step.say("title"),
            scale: { from: 1, to: 7, low: env.common.say("survey.low"), high: env.common.say("survey.high") },
          },
          intents: ["SELECT", "SKIP"],
        },
};
