import { assign } from "xstate";
import { z } from "zod";
import type { SubmissionInput } from "../../base/contracts/gateway.ts";
import type { JourneyContext } from "../engine/context.ts";
import { DELAYS } from "../engine/delays.ts";
import { valueAt } from "../engine/expression.ts";
import type { Json } from "../engine/ports.ts";
import { ASSURANCES, type Assurance, IDENTITY } from "./identify/identity.ts";
import { accepted, arriveAt, effectName, endWith, newEffect, promised, stored } from "./moves.ts";
import { problemPage, waitingPage } from "./problem-page.ts";
import { offLineSchema } from "./schema.ts";
import type { BuildEnv, StepKind } from "./step.ts";
import { stepBase } from "./step.ts";

const schema = z.strictObject({ ...stepBase, kind: z.literal("consent"), ...offLineSchema });
export type ConsentStep = z.infer<typeof schema>;

/** Asks whether data may be fetched, and records the answer before anything is fetched. */
export const consent: StepKind<ConsentStep> = {
  schema,
  page: true,
  texts: () => ({ required: ["title", "body", "purpose", "data", "if-refused"], optional: [] }),
  result: () => z.strictObject({ given: z.literal(true) }),
  exits: () => [],
  build: (step, env) => {
    const record = (context: JourneyContext, effect: string, given: boolean) => ({
      ports: context.ports,
      effect: effectName(context, effect),
      operation: "consent.record",
      input: consentInput(step, env, context, given),
      mayWait: step["off-line"] === "wait",
    });
    return {
      entry: arriveAt(step.id),
      initial: "asking",
      states: {
        asking: {
          tags: "citizen",
          always: {
            guard: ({ context }) => context.changing !== null && context.data[step.id] !== undefined,
            target: env.next,
          },
          on: {
            ACCEPT: { target: "recording", actions: newEffect("consent") },
            REFUSE: { target: "recordingRefusal", actions: newEffect("refusal") },
            BACK: [...env.back],
          },
        },
        recording: {
          tags: "busy",
          invoke: {
            src: "submit",
            input: ({ context }) => record(context, "consent", true),
            onDone: [
              {
                guard: ({ event }) => promised("consent.record", event.output) || accepted(event.output),
                target: env.next,
                actions: assign(({ context }) => stored(context, step.id, { given: true }, env.dependents)),
              },
              {
                guard: ({ event }) => event.output.outcome === "error",
                target: "notRecorded",
                actions: newEffect("consent"),
              },
              { target: "notRecorded" },
            ],
            onError: "notRecorded",
          },
          after: { [DELAYS.submit]: "notRecorded" },
        },
        notRecorded: {
          tags: "citizen",
          on: {
            RETRY: "recording",
            FINISH: { target: "#ending", actions: endWith({ result: "nothing-done", page: "left" }) },
          },
        },
        recordingRefusal: {
          tags: "busy",
          entry: endWith({ result: "nothing-done", page: "refused" }),
          invoke: {
            src: "submit",
            input: ({ context }) => record(context, "refusal", false),
            onDone: "#ending",
            onError: "#ending",
          },
          after: { [DELAYS.submit]: "#ending" },
        },
      },
    };
  },
  view: (_step, env) => {
    switch (env.leaf) {
      case "asking":
        return {
          screen: {
            kind: "consent",
            title: env.step.say("title"),
            body: env.step.paragraphs("body"),
            institution: env.service.say("service.institution"),
            purpose: env.step.say("purpose"),
            data: env.step.paragraphs("data"),
            ifRefused: env.step.say("if-refused"),
          },
          intents: ["ACCEPT", "REFUSE", "BACK"],
        };
      case "notRecorded":
        return problemPage(env, "unavailable", [
          ["RETRY", "action.retry"],
          ["FINISH", "action.leave"],
        ]);
      default:
        return waitingPage(env, "consent.recording");
    }
  },
};

function consentInput(step: ConsentStep, env: BuildEnv, context: JourneyContext, given: boolean) {
  const texts = env.service.speaker(context);
  return {
    run: valueAt(context.data, [IDENTITY, "run"]) ?? "",
    purpose: texts.say(`${step.id}.purpose`).text,
    data: texts.paragraphs(`${step.id}.data`).map(({ text }) => text),
    given,
    procedure: env.service.id,
    identifiedBy: identifiedBy(valueAt(context.data, [IDENTITY, "assurance"])),
  };
}

/** An assurance as the gateway's contract calls it. */
function identifiedBy(assurance: Json | undefined): NonNullable<SubmissionInput<"consent.record">["identifiedBy"]> {
  const known = ASSURANCES.find((one) => one === assurance);
  return known === undefined ? "cedula" : IDENTIFIED_BY[known];
}

const IDENTIFIED_BY = {
  declared: "typed",
  "document-scanned": "cedula",
  "chip-verified": "cedula-chip",
  "clave-unica": "clave-unica",
  "finger-verified": "cedula-finger",
} as const satisfies { readonly [A in Assurance]: SubmissionInput<"consent.record">["identifiedBy"] };
