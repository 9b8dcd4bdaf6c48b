import { assign } from "xstate";
import { z } from "zod";
import type { CodedError } from "../../../base/registry/coded-error.ts";
import { parseRun } from "../../../base/run.ts";
import { DELAYS } from "../../engine/delays.ts";
import { arriveAt, endWith, problem } from "../moves.ts";
import type { StepKind } from "../step.ts";
import { stepBase } from "../step.ts";
import { IDENTITY, identitySchema, known } from "./identity.ts";
import { tapStates } from "./tapping.ts";
import { identifyView } from "./view.ts";

const schema = z.strictObject({
  ...stepBase,
  kind: z.literal("identify"),
  /** Whether a person may type the RUN instead of scanning the cédula. */
  typed: z.boolean().default(false),
  /**
   * Whether the card is tapped after the scan, so that its chip proves that it is true: `offered` goes on without that proof where the
   * kiosk has no reader, the card cannot be read or the citizen does not want to; `required` goes on with it only.
   */
  chip: z.enum(["no", "offered", "required"]).default("no"),
});
export type IdentifyStep = z.infer<typeof schema>;

/** Why a scan did not do, as the citizen must be told; `null`: nobody came, go on waiting. */
export function scanProblem(error: CodedError): "malformed" | "not-a-cedula" | "reader-gone" | null {
  if (error.code === "common.deadline") return null;
  if (error.code === "flows.not-a-cedula") return "not-a-cedula";
  return error.who === "citizen" ? "malformed" : "reader-gone";
}

/** Who is there? From the cédula, from its chip if the service wants that, or typed. */
export const identify: StepKind<IdentifyStep> = {
  schema,
  page: true,
  texts: () => ({ required: ["title", "body"], optional: [] }),
  result: () => identitySchema,
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
              target: step.chip === "no" ? env.next : "tapping",
              actions: assign(({ context, event }) => {
                if (event.output.outcome !== "ok") return {};
                const card = event.output.value;
                return step.chip === "no"
                  ? known(context, card, "document-scanned", env.dependents)
                  : { problem: null, attempts: 0, card };
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
      ...(step.chip === "no" ? {} : tapStates(step.id, step.chip, env)),
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
                return run.ok ? known(context, { run: run.value }, "declared", env.dependents) : {};
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
  view: identifyView,
};
