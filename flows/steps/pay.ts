import { assign } from "xstate";
import { z } from "zod";
import type { SaleResult } from "../../drivers/payment-terminal/interface.ts";
import type { JourneyContext } from "../engine/context.ts";
import { DELAYS } from "../engine/delays.ts";
import { renderValue } from "../engine/expression.ts";
import type { Json } from "../engine/ports.ts";
import { begin, effectName, endWith, incidentOf, newEffect, stored } from "./moves.ts";
import { problemPage } from "./problem-page.ts";
import { templateSchema } from "./schema.ts";
import type { BuildEnv, StepKind } from "./step.ts";
import { stepBase } from "./step.ts";

const schema = z.strictObject({
  ...stepBase,
  kind: z.literal("pay"),
  /** Integer pesos, from a look-up. */
  amount: templateSchema,
});
export type PayStep = z.infer<typeof schema>;

const payment = z.strictObject({
  amount: z.number(),
  ticket: z.string(),
  authorizationCode: z.string(),
  operationNumber: z.string().optional(),
  terminalId: z.string().optional(),
  last4: z.string().optional(),
  time: z.string().optional(),
  voucher: z.array(z.string()).optional(),
});

/** Charges that a citizen may begin for one service, the first included. */
const MAX_CHARGES = 3;

/** Takes a card payment. Whatever the terminal says, no path leads from here to a second charge that could be a double. */
export const pay: StepKind<PayStep> = {
  schema,
  page: false,
  texts: () => ({ required: ["title"], optional: [] }),
  result: () => payment,
  exits: () => [],
  build: (step, env) => ({
    entry: [begin, newEffect("charge")],
    initial: "arriving",
    states: {
      arriving: {
        always: [
          { guard: ({ context }) => amountOf(step, env, context) > 0, target: "charging" },
          { target: "notPossible" },
        ],
      },
      charging: {
        tags: "busy",
        entry: assign({ prompt: "connecting" }),
        invoke: {
          src: "charge",
          input: ({ context, self }) => ({
            ports: context.ports,
            effect: effectName(context, "charge"),
            amount: amountOf(step, env, context),
            notify: (event) => self.send(event),
          }),
          onDone: [
            {
              guard: ({ event }) => event.output.outcome === "ok" && event.output.value.status === "approved",
              target: env.next,
              actions: assign(({ context, event }) =>
                event.output.outcome === "ok"
                  ? {
                      ...stored(context, step.id, paymentOf(event.output.value), env.dependents),
                      sale: event.output.value,
                      // What was handed over before is not what was paid for.
                      delivered: false,
                    }
                  : {},
              ),
            },
            { guard: ({ event }) => event.output.outcome === "ok", target: "declined" },
            { guard: ({ event }) => event.output.outcome === "error", target: "notCharged" },
            { target: "#incident", actions: doubt(step, env) },
          ],
          onError: { target: "#incident", actions: doubt(step, env) },
        },
        after: { [DELAYS.charge]: { target: "#incident", actions: doubt(step, env) } },
        on: { PAYMENT_PROMPT: { actions: assign({ prompt: ({ event }) => event.prompt }) } },
      },
      declined: { tags: "citizen", on: again },
      notCharged: { tags: "citizen", on: again },
      notPossible: { tags: "citizen", on: { FINISH: again.FINISH } },
    },
  }),
  view: (step, env) => {
    const retry = mayRetry(env.context) ? ([["RETRY", "pay.try-again"]] as const) : [];
    switch (env.leaf) {
      case "declined":
        return problemPage(env, "pay.declined", [...retry, ["FINISH", "action.leave"]]);
      case "notCharged":
        return problemPage(env, "pay.not-charged", [...retry, ["FINISH", "action.leave"]]);
      case "notPossible":
        return problemPage(env, "pay.not-possible", [["FINISH", "action.leave"]]);
      default: {
        const amount = renderValue(step.amount, env.scope, "es");
        return {
          screen: {
            kind: "pay",
            title: env.step.say("title"),
            amount: typeof amount === "number" ? amount : 0,
            prompt: env.context.prompt,
            instruction: env.common.say(`pay.prompt.${env.context.prompt}`),
          },
          intents: [],
        };
      }
    }
  },
};

const again = {
  RETRY: {
    guard: ({ context }: { context: JourneyContext }) => mayRetry(context),
    target: "charging",
    actions: newEffect("charge"),
  },
  FINISH: { target: "#ending", actions: endWith({ result: "nothing-done", page: "not-paid" }) },
} as const;

function mayRetry(context: JourneyContext): boolean {
  return (context.effects.charge ?? 0) < MAX_CHARGES;
}

function amountOf(step: PayStep, env: BuildEnv, context: JourneyContext): number {
  const amount = renderValue(step.amount, env.service.scope(context), "es");
  return typeof amount === "number" && Number.isSafeInteger(amount) ? amount : 0;
}

function doubt(step: PayStep, env: BuildEnv) {
  return incidentOf((context) => ({
    kind: "payment-unknown",
    amount: amountOf(step, env, context),
    effects: [effectName(context, "charge")],
  }));
}

/** What papers and institutions may know of a payment; of the card, no more than its last four digits. */
export function paymentOf(sale: SaleResult): { readonly [name: string]: Json } {
  const { amount, ticket, authorizationCode, operationNumber, terminalId, last4, terminalTime, voucher } = sale;
  return {
    amount,
    ticket,
    authorizationCode: authorizationCode ?? "",
    ...(operationNumber === undefined ? {} : { operationNumber }),
    ...(terminalId === undefined ? {} : { terminalId }),
    ...(last4 === undefined ? {} : { last4 }),
    ...(terminalTime === undefined ? {} : { time: terminalTime }),
    ...(voucher === undefined ? {} : { voucher }),
  };
}
