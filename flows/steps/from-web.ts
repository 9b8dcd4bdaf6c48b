import { assign } from "xstate";
import { z } from "zod";
import { SUBMISSIONS } from "../../base/contracts/gateway.ts";
import { shownCode } from "../../base/contracts/hand-off-code.ts";
import type { Outcome } from "../../base/outcome.ts";
import { DELAYS } from "../engine/delays.ts";
import type { JourneyState } from "../engine/journey.ts";
import type { Json } from "../engine/ports.ts";
import { readWords } from "./ask/answer.ts";
import { arriveAt, changeOn, effectName, newEffect, problem, stored } from "./moves.ts";
import { problemPage, said, waitingPage } from "./problem-page.ts";
import { nameSchema } from "./schema.ts";
import type { StepKind } from "./step.ts";
import { stepBase } from "./step.ts";

/** What a page on the web can bring: texts, of which some have a form. */
const FIELD_KINDS = ["text", "email", "number", "run"] as const;

const schema = z.strictObject({
  ...stepBase,
  kind: z.literal("from-web"),
  /** What may come, each of the same form as an answer of an `ask`. */
  fields: z.record(nameSchema, z.enum(FIELD_KINDS)),
  /** Where a citizen without a code goes on. */
  without: nameSchema,
});
export type FromWebStep = z.infer<typeof schema>;

const CODE_LENGTH = 40;
const FIELD_LENGTH = 200;
const REFUSALS = ["absent", "used", "expired"] as const;

/** Why what was shown to the reader is no code of ours, as the citizen must be told; `null`: nobody came, go on waiting. */
function showProblem(shown: Outcome<string>): "foreign" | "unread" | "reader-gone" | null {
  if (shown.outcome === "ok") return "foreign";
  const { code, who } = shown.error;
  if (code === "common.deadline") return null;
  if (code === "flows.foreign-code") return "foreign";
  return shown.outcome === "error" && who === "citizen" ? "unread" : "reader-gone";
}

const codeIn = (shown: Outcome<string>) => (shown.outcome === "ok" ? shownCode(shown.value) : undefined);

/**
 * A case that was begun elsewhere goes on here: the citizen shows its code to the reader or types it, whichever is easier, and the gateway
 * gives what was entered, once.
 */
export const fromWeb: StepKind<FromWebStep> = {
  schema,
  page: true,
  texts: () => ({ required: ["title"], optional: ["hint"] }),
  result: (step) =>
    z.strictObject(Object.fromEntries(Object.keys(step.fields).map((name) => [name, z.string().optional()]))),
  exits: (step) => [{ target: step.without, path: ["without"] }],
  build: (step, env) => {
    const skip = { target: `#${step.without}`, actions: problem(null) };
    const typing: NonNullable<JourneyState["on"]> = {
      BACK: [...env.back],
      SKIP: skip,
      SUBMIT: [
        {
          guard: ({ event }) => readField("text", event.value, CODE_LENGTH) !== undefined,
          target: `#${step.id}.claiming`,
          actions: [
            changeOn<"SUBMIT">(({ event }) => ({ draft: event.value.trim(), problem: null })),
            newEffect("claim"),
          ],
        },
        { actions: changeOn<"SUBMIT">(({ event }) => ({ draft: event.value, problem: "empty" })) },
      ],
    };
    return {
      entry: arriveAt(step.id),
      initial: "arriving",
      states: {
        /** The code is used up: what it brought stays, and the page is passed over. */
        arriving: {
          always: [
            { guard: ({ context }) => context.data[step.id] !== undefined, target: "known" },
            { target: "asking" },
          ],
        },
        asking: {
          tags: "citizen",
          invoke: {
            src: "scanCode",
            input: ({ context }) => ({ ports: context.ports }),
            onDone: [
              {
                guard: ({ event }) => codeIn(event.output) !== undefined,
                target: "claiming",
                actions: [
                  assign(({ event }) => ({ draft: codeIn(event.output) ?? "", problem: null })),
                  newEffect("claim"),
                ],
              },
              { guard: ({ event }) => showProblem(event.output) === "reader-gone", target: "typing" },
              {
                target: "asking",
                reenter: true,
                actions: assign(({ event }) => ({ problem: showProblem(event.output) })),
              },
            ],
            onError: "typing",
          },
          after: { [DELAYS.scan]: { target: "asking", reenter: true } },
          on: typing,
        },
        /** No reader serves: the page is the same without it. */
        typing: { tags: "citizen", on: typing },
        claiming: {
          tags: "busy",
          invoke: {
            src: "submit",
            input: ({ context }) => ({
              ports: context.ports,
              effect: effectName(context, "claim"),
              operation: "hand-off.claim",
              input: { service: env.service.id, code: context.draft },
            }),
            onDone: [
              {
                guard: ({ event }) => fieldsOf(step, event.output) !== undefined,
                target: env.next,
                actions: assign(({ context, event }) =>
                  stored(context, step.id, fieldsOf(step, event.output) ?? null, env.dependents),
                ),
              },
              ...REFUSALS.map((reason) => ({
                guard: ({ event }: { event: { output: Outcome<Json> } }) =>
                  event.output.outcome === "error" && event.output.error.code === `hand-off.${reason}`,
                target: "asking",
                actions: problem(reason),
              })),
              {
                guard: ({ event }) => event.output.outcome === "error",
                target: "asking",
                actions: problem("failed"),
              },
              { target: "doubt" },
            ],
            onError: "doubt",
          },
          after: { [DELAYS.submit]: "doubt" },
        },
        /** The code may be used up: it is only asked for again under the same name, which gives the same answer. */
        doubt: { tags: "citizen", on: { RETRY: "claiming", CONTINUE: skip } },
        known: { tags: "citizen", on: { CONTINUE: env.next, BACK: [...env.back] } },
      },
    };
  },
  view: (_step, env) => {
    switch (env.leaf) {
      case "claiming":
        return waitingPage(env, "from-web.claiming");
      case "doubt":
        return problemPage(env, "from-web.doubt", [
          ["RETRY", "action.retry"],
          ["CONTINUE", "from-web.without"],
        ]);
      case "known":
        return problemPage(env, "from-web.known", [
          ["CONTINUE", "from-web.go-on"],
          ["BACK", "action.back"],
        ]);
      default:
        return {
          screen: {
            kind: "ask",
            title: env.step.say("title"),
            ...(env.step.has("hint") ? { hint: env.step.say("hint") } : {}),
            ...(env.leaf === "asking" ? { show: env.common.say("from-web.show") } : {}),
            input: "text",
            value: env.context.draft,
            maxLength: CODE_LENGTH,
            optional: true,
            ...said(env, env.context.problem === "empty" ? "ask" : "from-web"),
          },
          intents: ["SUBMIT", "SKIP", "BACK"],
        };
    }
  },
};

/** The fields that the definition names and that have its form; what else came is not taken over. */
function fieldsOf(step: FromWebStep, outcome: Outcome<Json>): { [name: string]: Json } | undefined {
  if (outcome.outcome !== "ok") return undefined;
  const claimed = SUBMISSIONS["hand-off.claim"].result.safeParse(outcome.value);
  if (!claimed.success) return undefined;
  const fields: { [name: string]: Json } = {};
  for (const [name, input] of Object.entries(step.fields)) {
    const answer = readField(input, claimed.data.fields[name] ?? "", FIELD_LENGTH);
    if (answer !== undefined) fields[name] = answer;
  }
  return fields;
}

/** What somebody typed elsewhere; `undefined` when it does not have the form that the definition names. */
function readField(kind: (typeof FIELD_KINDS)[number], typed: string, longest: number): string | undefined {
  const value = typed.trim();
  if (value === "" || value.length > longest) return undefined;
  if (kind === "number") {
    const digits = value.replace(/[\s.-]/g, "");
    return /^\d+$/.test(digits) ? digits : undefined;
  }
  const read = readWords(kind, value, longest);
  return read.ok ? read.value : undefined;
}
