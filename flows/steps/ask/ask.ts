import { assign } from "xstate";
import type { Screen } from "../../../base/contracts/view.ts";
import { valueAt } from "../../engine/expression.ts";
import { arriveAt, isPassedOver, stored } from "../moves.ts";
import { said } from "../problem-page.ts";
import type { StepKind, StepView, ViewEnv } from "../step.ts";
import { addressState, addressView } from "./address.ts";
import { type Fault, longestAnswer, readAnswer, shownAnswer, type TypedStep } from "./answer.ts";
import { fileState } from "./file.ts";
import { fileView } from "./file-view.ts";
import { type AskStep, answerShape, askSchema } from "./schema.ts";

/** One question on one page; an address has a page for each of its parts, and a paper is scanned. */
export const ask: StepKind<AskStep> = {
  schema: askSchema,
  page: true,
  texts: () => ({ required: ["title"], optional: ["hint", "why"] }),
  result: answerShape,
  exits: () => [],
  build: (step, env) => {
    if (step.input === "address") return addressState(step, env);
    if (step.input === "file") return fileState(step, env);
    return {
      entry: [
        arriveAt(step.id),
        assign(({ context }) => ({ draft: shownAnswer(step, valueAt(context.data, [step.id, "value"])) })),
      ],
      initial: "asking",
      states: {
        asking: {
          tags: "citizen",
          always: { guard: ({ context }) => isPassedOver(context, step.id), target: env.next },
          on: {
            BACK: [...env.back],
            SKIP: {
              guard: () => step.optional,
              target: env.next,
              actions: assign(({ context }) => stored(context, step.id, {}, env.dependents)),
            },
            SUBMIT: [
              {
                guard: ({ context, event }) => readAnswer(step, event.value, context.startedAt).ok,
                target: env.next,
                actions: assign(({ context, event }) => {
                  const answer = readAnswer(step, event.value, context.startedAt);
                  return answer.ok ? stored(context, step.id, { value: answer.value }, env.dependents) : {};
                }),
              },
              {
                actions: assign(({ context, event }) => {
                  const answer = readAnswer(step, event.value, context.startedAt);
                  return { draft: event.value, problem: answer.ok ? null : answer.error.key };
                }),
              },
            ],
          },
        },
      },
    };
  },
  view: (step, env) => {
    if (step.input === "address") return addressView(step, env);
    return step.input === "file" ? fileView(step, env) : typedView(step, env);
  },
};

function typedView(step: TypedStep, env: ViewEnv): StepView {
  return {
    screen: {
      kind: "ask",
      title: env.step.say("title"),
      ...(env.step.has("hint") ? { hint: env.step.say("hint") } : {}),
      ...(env.step.has("why") ? { why: env.step.say("why") } : {}),
      input: step.input,
      value: env.context.draft,
      maxLength: longestAnswer(step),
      optional: step.optional,
      ...problemOf(step, env),
    },
    intents: ["SUBMIT", ...(step.optional ? ["SKIP" as const] : []), "BACK"],
  };
}

/** What is wrong is told from what stands in the field: the text may speak of it. */
function problemOf(step: TypedStep, env: ViewEnv): Pick<Extract<Screen, { kind: "ask" }>, "problem"> {
  if (env.context.problem === null) return {};
  const answer = readAnswer(step, env.context.draft, env.context.startedAt);
  const { facts }: Partial<Fault> = answer.ok ? {} : answer.error;
  return said(env, "ask", facts === undefined ? undefined : { fault: facts as { [name: string]: string | number } });
}
