import { assign } from "xstate";
import { z } from "zod";
import { SUBMISSIONS, type SubmissionName } from "../../base/contracts/gateway.ts";
import type { Outcome } from "../../base/outcome.ts";
import { told } from "../../base/told.ts";
import type { DeliveryState, JourneyContext } from "../engine/context.ts";
import { DELAYS } from "../engine/delays.ts";
import { renderText } from "../engine/expression.ts";
import type { Json } from "../engine/ports.ts";
import { refuse, saying } from "../engine/refusal.ts";
import { REFUND_RECEIPT } from "../receipts/library.ts";
import { renderReceipt } from "../receipts/template.ts";
import { COPY_WAYS, handOffStates, handOffView } from "./hand-off.ts";
import { begin, effectName, endWith, incidentOf, newEffect, problem, promised, stored } from "./moves.ts";
import { printOutcome, receiptOf } from "./paper.ts";
import { paymentOf } from "./pay.ts";
import { problemPage, waitingPage } from "./problem-page.ts";
import { inputSchema, nameSchema, renderInput, templateSchema } from "./schema.ts";
import type { BuildEnv, StepKind, ViewEnv } from "./step.ts";
import { stepBase } from "./step.ts";

const operationNames = Object.keys(SUBMISSIONS);
function isSubmission(name: string): name is SubmissionName {
  return operationNames.includes(name);
}

const printSchema = z
  .strictObject({
    name: nameSchema,
    /** `a4`: the document itself on pages, as the gateway makes them; `ticket`: what a receipt of the service says of it. */
    paper: z.enum(["ticket", "a4"]).default("ticket"),
    /** Of a ticket; pages have none. */
    receipt: nameSchema.optional(),
    /** Goes with the document: without it the citizen still has what they came for. */
    extra: z.boolean().default(false),
  })
  .superRefine(({ paper, receipt }, context) => {
    if ((paper === "ticket") === (receipt !== undefined)) return;
    const said =
      paper === "a4"
        ? told(
            "pages have no receipt: they come from the gateway",
            'las hojas no llevan "receipt": vienen hechas de la institución',
          )
        : told("a ticket needs its receipt", 'un comprobante en rollo necesita su "receipt"');
    refuse(context, said, ["receipt"]);
  });

const schema = z.strictObject({
  ...stepBase,
  kind: z.literal("issue"),
  operation: z
    .string()
    .refine(
      isSubmission,
      saying((name) =>
        told(
          `unknown operation "${name}"; there are: ${operationNames.join(", ")}`,
          `no hay una operación "${name}"; hay: ${operationNames.join(", ")}`,
        ),
      ),
    )
    .transform((name) => name as SubmissionName),
  input: inputSchema,
  /** What is printed, in order: first the document, then what goes with it. Labels are the texts `prints.<name>`. */
  prints: z.array(printSchema).min(1),
  /** The document's number, for a copy on the phone. */
  document: templateSchema,
  /**
   * Whether a copy is offered although the paper came out; a list says in which ways, also when the paper failed. Without a list there are
   * QR and e-mail.
   */
  "offer-copy": z.union([z.boolean(), z.array(z.enum(COPY_WAYS)).min(1)]).default(false),
});
export type IssueStep = z.infer<typeof schema>;

/**
 * Has the institution issue a document and puts it into the citizen's hand: on paper, or on the phone when paper fails.
 * When it cannot be issued after a payment, the money is given back.
 */
export const issue: StepKind<IssueStep> = {
  schema,
  page: false,
  texts: (step) => ({
    required: ["title", "body", "deliver-title", ...step.prints.map(({ name }) => `prints.${name}`)],
    optional: [],
  }),
  result: (step) => SUBMISSIONS[step.operation].result,
  exits: () => [],
  build: (step, env) => ({
    entry: [begin, newEffect("issue"), assign({ prints: step.prints.map(() => "waiting" as const) })],
    initial: "submitting",
    states: {
      submitting: {
        tags: "busy",
        invoke: {
          src: "submit",
          input: ({ context }) => ({
            ports: context.ports,
            effect: effectName(context, "issue"),
            operation: step.operation,
            input: renderInput(step.input, env.service.scope(context)),
          }),
          onDone: [
            {
              guard: ({ event }) => answerOf(step, event.output) !== undefined,
              target: "printing",
              actions: assign(({ context, event }) =>
                stored(context, step.id, answerOf(step, event.output) ?? null, env.dependents),
              ),
            },
            {
              guard: ({ context, event }) => context.sale !== null && event.output.outcome === "error",
              target: "refunding",
              actions: newEffect("refund"),
            },
            {
              guard: ({ event }) => event.output.outcome === "error",
              target: "notIssued",
              actions: newEffect("issue"),
            },
            ...doubtful,
          ],
          onError: doubtful,
        },
        after: { [DELAYS.submit]: doubtful },
      },
      /** Nothing was paid: it may be tried again, with the same effect while its outcome is in doubt. */
      notIssued: {
        tags: "citizen",
        on: {
          RETRY: "submitting",
          FINISH: { target: "#ending", actions: endWith({ result: "nothing-done", page: "left" }) },
        },
      },
      refunding: {
        tags: "busy",
        invoke: {
          src: "refund",
          input: ({ context }) => {
            if (context.sale === null) throw new Error("a refund without a sale");
            return { ports: context.ports, effect: effectName(context, "refund"), sale: context.sale };
          },
          onDone: [
            {
              guard: ({ event }) => event.output.outcome === "ok",
              target: "refundPaper",
              actions: [
                assign(({ context }) => ({
                  sale: null,
                  data: { ...context.data, ...(context.sale === null ? {} : { refund: paymentOf(context.sale) }) },
                })),
                endWith({ result: "refunded", page: "refunded" }),
                newEffect("print-refund"),
              ],
            },
            { target: "#incident", actions: notRefunded },
          ],
          onError: { target: "#incident", actions: notRefunded },
        },
        after: { [DELAYS.refund]: { target: "#incident", actions: notRefunded } },
      },
      refundPaper: {
        tags: "busy",
        invoke: {
          src: "print",
          input: ({ context, self }) => ({
            ports: context.ports,
            effect: effectName(context, "print-refund"),
            document: renderReceipt(
              REFUND_RECEIPT,
              env.service.scope(context),
              env.service.common(context),
              context.locale,
              context.site.demo,
            ),
            notify: (event) => self.send(event),
          }),
          onDone: [
            {
              guard: ({ event }) => event.output.outcome === "ok",
              target: "refunded",
              actions: assign(({ context }) => ({ notes: [...context.notes, "refund-paper"] })),
            },
            { target: "refunded" },
          ],
          onError: "refunded",
        },
        after: { [DELAYS.print]: "refunded" },
      },
      /** When it is in doubt whether the document exists after all, a person must look; the citizen has the money back. */
      refunded: {
        always: [
          {
            guard: ({ context }) => context.problem === DOUBTFUL,
            target: "#incident",
            actions: incidentOf((context) => ({
              kind: "delivery-unknown",
              effects: [effectName(context, "issue"), effectName(context, "refund")],
            })),
          },
          { target: "#ending" },
        ],
      },
      printing: {
        tags: "busy",
        entry: [
          assign(({ context }) => ({
            progress: null,
            prints: context.prints.map((state, index) => (index === nextPrint(context) ? "working" : state)),
          })),
        ],
        invoke: {
          src: "print",
          input: ({ context, self }) => ({
            ports: context.ports,
            effect: `print-${step.prints[currentPrint(context)]?.name ?? ""}-1`,
            ...paper(step, env, context),
            notify: (event) => self.send(event),
          }),
          onDone: {
            target: "sorting",
            actions: assign(({ context, event }) => printed(context, printOutcome(event.output))),
          },
          onError: { target: "sorting", actions: assign(({ context }) => printed(context, "failed")) },
        },
        after: {
          [DELAYS.print]: { target: "sorting", actions: assign(({ context }) => printed(context, "failed")) },
        },
        on: { PRINT_PROGRESS: { actions: assign({ progress: ({ event }) => event.progress }) } },
      },
      sorting: {
        always: [
          {
            guard: ({ context }) => step.prints.some(({ extra }, i) => !extra && context.prints[i] === "failed"),
            target: "offering",
          },
          { guard: ({ context }) => nextPrint(context) !== -1, target: "printing" },
          {
            guard: ({ context }) => context.prints.includes("unconfirmed"),
            target: "checking",
            actions: assign(({ context }) => ({
              delivered: step.prints.every(({ extra }, i) => extra || context.prints[i] === "done"),
            })),
          },
          {
            guard: () => step["offer-copy"] !== false,
            target: "offering",
            actions: assign({ delivered: true }),
          },
          { target: "done", actions: assign({ delivered: true }) },
        ],
      },
      /** The printer could not confirm: only the citizen can see whether the paper is there. */
      checking: {
        tags: "citizen",
        on: {
          CONTINUE: [
            { guard: () => step["offer-copy"] !== false, target: "offering", actions: assign({ delivered: true }) },
            { target: "done", actions: assign({ delivered: true }) },
          ],
          RETRY: { target: "offering", actions: assign({ delivered: false }) },
        },
      },
      ...handOffStates(step.id, step["offer-copy"], (context) =>
        renderText(step.document, env.service.scope(context), "es"),
      ),
      done: {
        always: [
          {
            guard: ({ context }) => step.prints.some(({ extra }, i) => extra && context.prints[i] !== "done"),
            target: env.next,
            actions: assign(({ context }) => ({
              notes: [...context.notes, ...(context.sale === null ? [] : ["no-voucher"])],
            })),
          },
          { target: env.next },
        ],
      },
    },
  }),
  view: (step, env) => {
    switch (env.leaf) {
      case "submitting":
        return {
          screen: { kind: "waiting", title: env.step.say("title"), body: env.step.paragraphs("body") },
          intents: [],
        };
      case "notIssued":
        return problemPage(env, "unavailable", [
          ["RETRY", "action.retry"],
          ["FINISH", "action.leave"],
        ]);
      case "refunding":
      case "refundPaper":
        return waitingPage(env, "refunding");
      case "checking":
        return problemPage(env, "deliver.check", [
          ["CONTINUE", "deliver.it-is-here"],
          ["RETRY", "deliver.nothing-came"],
        ]);
      case "printing":
        return {
          screen: {
            kind: "deliver",
            title: env.step.say("deliver-title"),
            items: printItems(step, env),
            instruction: env.common.say(env.context.progress === "presented" ? "deliver.take" : "deliver.wait"),
          },
          intents: [],
        };
      default:
        return handOffView(step["offer-copy"], env);
    }
  },
};

const DOUBTFUL = "issue-in-doubt";

/** It is not known whether the document was issued: give the money back, or let the citizen ask again. */
const doubtful = [
  {
    guard: ({ context }: { context: JourneyContext }) => context.sale !== null,
    target: "refunding",
    actions: [problem(DOUBTFUL), newEffect("refund")],
  },
  { target: "notIssued" },
];

const notRefunded = incidentOf((context) => ({
  kind: "refund-unknown",
  ...(context.sale === null ? {} : { amount: context.sale.amount }),
  effects: [effectName(context, "charge"), effectName(context, "issue"), effectName(context, "refund")],
}));

function answerOf(step: IssueStep, outcome: Outcome<Json>): Json | undefined {
  return promised(step.operation, outcome) ? outcome.value : undefined;
}

function nextPrint(context: JourneyContext): number {
  return context.prints.indexOf("waiting");
}

function currentPrint(context: JourneyContext): number {
  return context.prints.indexOf("working");
}

function printed(context: JourneyContext, state: DeliveryState): Partial<JourneyContext> {
  return { prints: context.prints.map((before) => (before === "working" ? state : before)) };
}

function paper(step: IssueStep, env: BuildEnv, context: JourneyContext) {
  const print = step.prints[currentPrint(context)];
  if (print?.paper === "a4")
    return { pages: renderText(step.document, env.service.scope(context), "es"), demo: context.site.demo };
  // An institution's paper is in the institution's language.
  return { document: receiptOf(print?.receipt ?? "", env, context, "es") };
}

function printItems(step: IssueStep, env: ViewEnv) {
  return step.prints.map(({ name }, index) => ({
    id: name,
    label: env.step.say(`prints.${name}`),
    state: env.context.prints[index] ?? ("waiting" as const),
  }));
}
