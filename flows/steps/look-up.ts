import { assign } from "xstate";
import { z } from "zod";
import { QUERIES, type QueryName } from "../../base/contracts/gateway.ts";
import type { Outcome } from "../../base/outcome.ts";
import { told } from "../../base/told.ts";
import { DELAYS } from "../engine/delays.ts";
import { valueAt } from "../engine/expression.ts";
import type { Json } from "../engine/ports.ts";
import { saying } from "../engine/refusal.ts";
import { begin, endWith, stored } from "./moves.ts";
import { emptyPage, unavailablePage } from "./problem-page.ts";
import { inputSchema, nameSchema, renderInput } from "./schema.ts";
import type { StepKind } from "./step.ts";
import { stepBase } from "./step.ts";

const literal = z.union([z.string(), z.number(), z.boolean(), z.null()]);
const caseSchema = z.strictObject({
  /** Place in the answer, e.g. `tramo` or `provider.level`. */
  path: z.string(),
  is: z.union([literal, z.array(literal)]),
  go: nameSchema,
});
type Case = z.infer<typeof caseSchema>;

const operationNames = Object.keys(QUERIES);
function isQuery(name: string): name is QueryName {
  return operationNames.includes(name);
}

const schema = z.strictObject({
  ...stepBase,
  kind: z.literal("look-up"),
  operation: z
    .string()
    .refine(
      isQuery,
      saying((name) =>
        told(
          `unknown operation "${name}"; there are: ${operationNames.join(", ")}`,
          `no hay una operación "${name}"; hay: ${operationNames.join(", ")}`,
        ),
      ),
    )
    .transform((name) => name as QueryName),
  input: inputSchema.default({ fields: {} }),
  /** The first case that fits the answer tells where to go; `next` when none does. */
  when: z.array(caseSchema).default([]),
  /** A list in the answer without which the citizen cannot go on. */
  "must-have": z.string().optional(),
});
export type LookUpStep = z.infer<typeof schema>;

/** Asks an institution for data, and goes on by what it says. */
export const lookUp: StepKind<LookUpStep> = {
  schema,
  page: false,
  texts: (step) => ({
    required: ["title", "body", ...(step["must-have"] === undefined ? [] : ["empty-title", "empty-body"])],
    optional: [],
  }),
  result: (step) => QUERIES[step.operation].result,
  exits: (step) => step.when.map(({ go }, index) => ({ target: go, path: ["when", index, "go"] })),
  build: (step, env) => ({
    entry: begin,
    initial: "arriving",
    states: {
      arriving: {
        always: [
          {
            guard: ({ context }) => context.changing === null || context.data[step.id] === undefined,
            target: "asking",
          },
          { target: "sorting" },
        ],
      },
      asking: {
        tags: "busy",
        invoke: {
          src: "lookUp",
          input: ({ context }) => ({
            ports: context.ports,
            operation: step.operation,
            input: renderInput(step.input, env.service.scope(context)),
          }),
          onDone: [
            {
              guard: ({ event }) => answerOf(step, event.output) !== undefined,
              target: "sorting",
              actions: assign(({ context, event }) =>
                stored(context, step.id, answerOf(step, event.output) ?? null, env.dependents),
              ),
            },
            { target: "unavailable" },
          ],
          onError: "unavailable",
        },
        after: { [DELAYS.lookUp]: "unavailable" },
      },
      sorting: {
        always: [
          {
            guard: ({ context }) => {
              const path = step["must-have"];
              return path !== undefined && isEmpty(valueAt(context.data, [step.id, ...path.split(".")]));
            },
            target: "empty",
          },
          ...step.when.map((rule) => ({
            guard: ({ context }: { context: { data: { readonly [name: string]: Json } } }) =>
              fits(rule, valueAt(context.data, [step.id, ...rule.path.split(".")])),
            target: `#${rule.go}`,
          })),
          { target: env.next },
        ],
      },
      unavailable: {
        tags: "citizen",
        on: {
          RETRY: "asking",
          BACK: [...env.back],
          FINISH: { target: "#ending", actions: endWith({ result: "nothing-done", page: "left" }) },
        },
      },
      empty: {
        tags: "citizen",
        on: {
          BACK: [...env.back],
          FINISH: { target: "#ending", actions: endWith({ result: "nothing-done", page: "left" }) },
        },
      },
    },
  }),
  view: (_step, env) => {
    switch (env.leaf) {
      case "unavailable":
        return unavailablePage(env);
      case "empty":
        return emptyPage(env);
      default:
        return {
          screen: { kind: "waiting", title: env.step.say("title"), body: env.step.paragraphs("body") },
          intents: [],
        };
    }
  },
};

/** The answer, when there is one of the form that the contract promises. */
function answerOf(step: LookUpStep, outcome: Outcome<Json>): Json | undefined {
  if (outcome.outcome !== "ok") return undefined;
  return QUERIES[step.operation].result.safeParse(outcome.value).success ? outcome.value : undefined;
}

function isEmpty(value: Json | undefined): boolean {
  return value === undefined || value === null || (Array.isArray(value) && value.length === 0);
}

/** Whether a case takes the value at its place. */
export function fits(rule: Case, value: Json | undefined): boolean {
  const wanted = Array.isArray(rule.is) ? rule.is : [rule.is];
  return wanted.some((one) => one === (value ?? null));
}
