import { assign } from "xstate";
import { z } from "zod";
import { INPUT_KINDS } from "../../base/contracts/view.ts";
import { err, ok, type Result } from "../../base/result.ts";
import { parseRun, type RunFault } from "../../base/run.ts";
import { valueAt } from "../engine/expression.ts";
import { arriveAt, stored } from "./moves.ts";
import { said } from "./problem-page.ts";
import type { StepKind } from "./step.ts";
import { stepBase } from "./step.ts";

/** What may be known about a citizen; `other` is about something else. */
const FACTS = ["run", "name", "birth-date", "email", "phone", "address", "other"] as const;
export type Fact = (typeof FACTS)[number];

const schema = z.strictObject({
  ...stepBase,
  kind: z.literal("ask"),
  input: z.enum(INPUT_KINDS),
  /** What the answer tells about the citizen, so that nothing is asked twice. A RUN and an e-mail address need not say it. */
  about: z.enum(FACTS).optional(),
  optional: z.boolean().default(false),
  /** Characters. */
  max: z.number().int().positive().max(200).default(100),
});
export type AskStep = z.infer<typeof schema>;

type Input = AskStep["input"];
type AskProblem = "empty" | "too-long" | "email" | "number" | `run-${RunFault}`;

/** Reads what was typed with tolerance: spaces, dots and dashes around numbers do no harm. */
export function readAnswer(input: Input, typed: string, max: number): Result<string, AskProblem> {
  const value = typed.trim();
  if (value === "") return err("empty");
  if (value.length > max) return err("too-long");
  switch (input) {
    case "text":
      return ok(value);
    case "email":
      return /^[^\s@]+@[^\s@]+\.[^\s@.]{2,}$/.test(value) ? ok(value) : err("email");
    case "number": {
      const digits = value.replace(/[\s.-]/g, "");
      return /^\d+$/.test(digits) ? ok(digits) : err("number");
    }
    case "run": {
      const run = parseRun(value);
      return run.ok ? run : err(`run-${run.error}` as const);
    }
  }
}

/** One question on one page. */
export const ask: StepKind<AskStep> = {
  schema,
  page: true,
  texts: () => ({ required: ["title"], optional: ["hint", "why"] }),
  result: () => z.strictObject({ value: z.string() }),
  exits: () => [],
  build: (step, env) => ({
    entry: [
      arriveAt(step.id),
      assign(({ context }) => ({ draft: String(valueAt(context.data, [step.id, "value"]) ?? "") })),
    ],
    initial: "asking",
    states: {
      asking: {
        tags: "citizen",
        always: {
          guard: ({ context }) =>
            context.changing !== null && context.changing.from !== step.id && context.data[step.id] !== undefined,
          target: env.next,
        },
        on: {
          BACK: [...env.back],
          SKIP: {
            guard: () => step.optional,
            target: env.next,
            actions: assign(({ context }) => stored(context, step.id, { value: "" }, env.dependents)),
          },
          SUBMIT: [
            {
              guard: ({ event }) => readAnswer(step.input, event.value, step.max).ok,
              target: env.next,
              actions: assign(({ context, event }) => {
                const answer = readAnswer(step.input, event.value, step.max);
                return answer.ok ? stored(context, step.id, { value: answer.value }, env.dependents) : {};
              }),
            },
            {
              actions: assign(({ event }) => {
                const answer = readAnswer(step.input, event.value, step.max);
                return { draft: event.value, problem: answer.ok ? null : answer.error };
              }),
            },
          ],
        },
      },
    },
  }),
  view: (step, env) => ({
    screen: {
      kind: "ask",
      title: env.step.say("title"),
      ...(env.step.has("hint") ? { hint: env.step.say("hint") } : {}),
      ...(env.step.has("why") ? { why: env.step.say("why") } : {}),
      input: step.input,
      value: env.context.draft,
      maxLength: step.max,
      optional: step.optional,
      ...said(env, "ask"),
    },
    intents: ["SUBMIT", ...(step.optional ? ["SKIP" as const] : []), "BACK"],
  }),
};
