import { assign } from "xstate";
import { z } from "zod";
import { SUBMISSIONS, type SubmissionName } from "../../base/contracts/gateway.ts";
import { isRequest, mayWait, waitingSchema } from "../../base/contracts/outbox.ts";
import type { Outcome } from "../../base/outcome.ts";
import { told } from "../../base/told.ts";
import type { JourneyContext } from "../engine/context.ts";
import { DELAYS } from "../engine/delays.ts";
import type { Json } from "../engine/ports.ts";
import { refuse, saying } from "../engine/refusal.ts";
import { begin, change, effectName, endWith, newEffect, promised, stored } from "./moves.ts";
import { receiptOf } from "./paper.ts";
import { problemPage } from "./problem-page.ts";
import { inputSchema, nameSchema, offLineSchema, renderInput } from "./schema.ts";
import type { BuildEnv, StepKind } from "./step.ts";
import { stepBase } from "./step.ts";

const requests = Object.keys(SUBMISSIONS).filter(isRequest);

const schema = z
  .strictObject({
    ...stepBase,
    kind: z.literal("request"),
    operation: z
      .string()
      .refine(
        isRequest,
        saying((name) =>
          told(
            `"${name}" is no request; there are: ${requests.join(", ")}`,
            `"${name}" no es una solicitud; hay: ${requests.join(", ")}`,
          ),
        ),
      )
      .transform((name) => name as SubmissionName),
    input: inputSchema,
    ...offLineSchema,
    /** The slip that the citizen takes: once the institution has the request, and while it waits for the network. */
    prints: z.strictObject({ received: nameSchema, waiting: nameSchema.optional() }),
  })
  .superRefine((step, context) => {
    const waits = step["off-line"] === "wait";
    if (waits && !mayWait(step.operation))
      refuse(
        context,
        told(
          `"${step.operation}" cannot wait for the network`,
          `"${step.operation}" no puede esperar a que vuelva la red`,
        ),
        ["off-line"],
      );
    if (waits !== (step.prints.waiting !== undefined))
      refuse(
        context,
        waits
          ? told(
              "what waits needs its own slip: add waiting",
              'lo que espera a la red necesita su propio papel: agregue "waiting"',
            )
          : told(
              "waiting is printed of what may wait only",
              '"waiting" se imprime solo cuando la solicitud puede esperar a la red',
            ),
        ["prints"],
      );
  });
export type RequestStep = z.infer<typeof schema>;

const RESULT = z.strictObject({ state: z.enum(["received", "waiting"]), reference: z.string() });
type Requested = z.infer<typeof RESULT>;

/**
 * Hands a request to an institution and gives the citizen a slip with its number. While the network is away it waits on the kiosk, where
 * the step and the kiosk allow that, and the slip says so.
 */
export const request: StepKind<RequestStep> = {
  schema,
  page: false,
  texts: () => ({ required: ["title", "body", "deliver-title", "slip"], optional: [] }),
  result: () => RESULT,
  exits: () => [],
  build: (step, env) => ({
    entry: [begin, newEffect("request")],
    initial: "submitting",
    states: {
      submitting: {
        tags: "busy",
        invoke: {
          src: "submit",
          input: ({ context }) => ({
            ports: context.ports,
            effect: effectName(context, "request"),
            operation: step.operation,
            input: renderInput(step.input, env.service.scope(context)),
            mayWait: step["off-line"] === "wait",
          }),
          onDone: [
            {
              guard: ({ event }) => requested(step, event.output) !== undefined,
              target: "printing",
              actions: assign(({ context, event }) => {
                const what = requested(step, event.output);
                return {
                  ...stored(context, step.id, what ?? null, env.dependents),
                  delivered: what?.state === "received",
                  waiting: what?.state === "waiting",
                };
              }),
            },
            {
              guard: ({ event }) => event.output.outcome === "error",
              target: "notSent",
              actions: newEffect("request"),
            },
            { target: "notSent" },
          ],
          onError: "notSent",
        },
        after: { [DELAYS.submit]: "notSent" },
      },
      /** It may be tried again, with the same effect while its outcome is in doubt. */
      notSent: {
        tags: "citizen",
        on: {
          RETRY: "submitting",
          FINISH: { target: "#ending", actions: endWith({ result: "nothing-done", page: "left" }) },
        },
      },
      /** The request stands, with or without its slip: the number is on the last page too. */
      printing: {
        tags: "busy",
        invoke: {
          src: "print",
          input: ({ context, self }) => ({
            ports: context.ports,
            effect: "print-slip-1",
            document: slip(step, env, context),
            notify: (event) => self.send(event),
          }),
          onDone: [
            {
              guard: ({ event }) => event.output.outcome === "ok" && event.output.value.presented !== "retracted",
              target: env.next,
            },
            { target: env.next, actions: noSlip },
          ],
          onError: { target: env.next, actions: noSlip },
        },
        after: { [DELAYS.print]: { target: env.next, actions: noSlip } },
        on: { PRINT_PROGRESS: { actions: assign({ progress: ({ event }) => event.progress }) } },
      },
    },
  }),
  view: (step, env) => {
    if (env.leaf === "submitting")
      return {
        screen: { kind: "waiting", title: env.step.say("title"), body: env.step.paragraphs("body") },
        intents: [],
      };
    if (env.leaf === "notSent")
      return problemPage(env, "unavailable", [
        ["RETRY", "action.retry"],
        ["FINISH", "action.leave"],
      ]);
    return {
      screen: {
        kind: "deliver",
        title: env.step.say("deliver-title"),
        items: [{ id: step.id, label: env.step.say("slip"), state: "working" }],
        instruction: env.common.say(env.context.progress === "presented" ? "deliver.take" : "deliver.wait"),
      },
      intents: [],
    };
  },
};

const noSlip = change(({ context }) => ({ notes: [...context.notes, "no-slip"] }));

/** What became of it: the institution's number, or the kiosk's while it waits; `undefined` when nothing is certain. */
function requested(step: RequestStep, outcome: Outcome<Json>): Requested | undefined {
  if (outcome.outcome !== "ok") return undefined;
  const waiting = waitingSchema.safeParse(outcome.value);
  if (waiting.success) return { state: "waiting", reference: waiting.data.reference };
  if (!promised(step.operation, outcome)) return undefined;
  return { state: "received", reference: String(Reflect.get(Object(outcome.value), "folio")) };
}

function slip(step: RequestStep, env: BuildEnv, context: JourneyContext) {
  const { received, waiting } = step.prints;
  return receiptOf(context.waiting ? (waiting ?? received) : received, env, context);
}
