import { assign } from "xstate";
import { z } from "zod";
import type { CodedError } from "../../base/registry/coded-error.ts";
import { parseRun } from "../../base/run.ts";
import { DELAYS } from "../engine/delays.ts";
import { arriveAt, endWith, problem, stored } from "./moves.ts";
import type { StepKind } from "./step.ts";
import { stepBase } from "./step.ts";

const schema = z.strictObject({
  ...stepBase,
  kind: z.literal("identify"),
  /** Whether a person may type the RUN instead of scanning the cédula. */
  typed: z.boolean().default(false),
});
export type IdentifyStep = z.infer<typeof schema>;

/**
 * How far the identity is known. A scanned code or a typed number proves nothing about who stands there: neither is
 * ever more than this.
 */
const identity = z.strictObject({
  run: z.string(),
  name: z.string().optional(),
  assurance: z.enum(["document-scanned", "declared"]),
});

/** Under this name the identity is read, whatever the step is called. */
export const IDENTITY = "identity";

/** Why a scan did not do, as the citizen must be told; `null`: nobody came, go on waiting. */
export function scanProblem(error: CodedError): "malformed" | "not-a-cedula" | "reader-gone" | null {
  if (error.code === "common.deadline") return null;
  if (error.code === "flows.not-a-cedula") return "not-a-cedula";
  return error.who === "citizen" ? "malformed" : "reader-gone";
}

export const identify: StepKind<IdentifyStep> = {
  schema,
  page: true,
  texts: () => ({ required: ["title", "body"], optional: [] }),
  result: () => identity,
  exits: () => [],
  build: (step, env) => ({
    entry: arriveAt(step.id),
    initial: "arriving",
    states: {
      arriving: {
        always: [
          {
            guard: ({ context }) =>
              context.changing !== null && context.changing.from !== step.id && context.data[IDENTITY] !== undefined,
            target: env.next,
          },
          { target: "scanning" },
        ],
      },
      scanning: {
        tags: "citizen",
        invoke: {
          src: "scan",
          input: ({ context }) => ({ ports: context.ports }),
          onDone: [
            {
              guard: ({ event }) => event.output.outcome === "ok" && event.output.value.expired,
              target: "scanning",
              reenter: true,
              actions: problem("expired"),
            },
            {
              guard: ({ event }) => event.output.outcome === "ok",
              target: env.next,
              actions: assign(({ context, event }) => {
                if (event.output.outcome !== "ok") return {};
                const { run, name } = event.output.value;
                const known = { run, assurance: "document-scanned", ...(name === undefined ? {} : { name }) };
                return stored(context, IDENTITY, known, env.dependents);
              }),
            },
            {
              guard: ({ event }) => event.output.outcome !== "ok" && scanProblem(event.output.error) === null,
              target: "scanning",
              reenter: true,
            },
            {
              guard: ({ event }) =>
                event.output.outcome === "error" && scanProblem(event.output.error) !== "reader-gone",
              target: "scanning",
              reenter: true,
              actions: assign(({ event }) => ({
                problem: event.output.outcome === "error" ? scanProblem(event.output.error) : null,
              })),
            },
            { target: "readerGone" },
          ],
          onError: "readerGone",
        },
        after: { [DELAYS.scan]: { target: "scanning", reenter: true } },
        on: {
          BACK: [...env.back],
          TYPE_RUN: { guard: () => step.typed, target: "typing", actions: problem(null) },
        },
      },
      readerGone: {
        tags: "citizen",
        on: {
          RETRY: { target: "scanning", actions: problem(null) },
          CONTINUE: { guard: () => step.typed, target: "typing", actions: problem(null) },
          FINISH: { target: "#ending", actions: endWith({ result: "nothing-done", page: "left" }) },
        },
      },
      typing: {
        tags: "citizen",
        on: {
          BACK: { target: "scanning", actions: problem(null) },
          SUBMIT: [
            {
              guard: ({ event }) => parseRun(event.value).ok,
              target: env.next,
              actions: assign(({ context, event }) => {
                const run = parseRun(event.value);
                return run.ok
                  ? stored(context, IDENTITY, { run: run.value, assurance: "declared" }, env.dependents)
                  : {};
              }),
            },
            {
              actions: assign(({ event }) => {
                const run = parseRun(event.value);
                return { draft: event.value, problem: run.ok ? null : `run-${run.error}` };
              }),
            },
          ],
        },
      },
    },
  }),
  view: (step, env) => {
    const said = env.context.problem === null ? {} : { problem: env.common.say(`identify.${env.context.problem}`) };
    switch (env.leaf) {
      case "typing":
        return {
          screen: {
            kind: "ask",
            title: env.common.say("identify.type-title"),
            hint: env.common.say("identify.type-hint"),
            input: "run",
            value: env.context.draft,
            maxLength: 12,
            optional: false,
            ...said,
          },
          intents: ["SUBMIT", "BACK"],
        };
      case "readerGone":
        return {
          screen: {
            kind: "problem",
            title: env.common.say("identify.reader-title"),
            body: env.common.paragraphs("identify.reader-body"),
            actions: [
              ...(step.typed ? [{ intent: "CONTINUE" as const, label: env.common.say("identify.type-instead") }] : []),
              { intent: "RETRY", label: env.common.say("action.retry") },
              { intent: "FINISH", label: env.common.say("action.leave") },
            ],
          },
          intents: [...(step.typed ? ["CONTINUE" as const] : []), "RETRY", "FINISH"],
        };
      default:
        return {
          screen: {
            kind: "identify",
            title: env.step.say("title"),
            body: env.step.paragraphs("body"),
            typed: step.typed,
            ...said,
          },
          intents: [...(step.typed ? ["TYPE_RUN" as const] : []), "BACK"],
        };
    }
  },
};
