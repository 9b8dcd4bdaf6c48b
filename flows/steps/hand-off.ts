import { assign } from "xstate";
import { SUBMISSIONS } from "../../base/contracts/gateway.ts";
import type { Outcome } from "../../base/outcome.ts";
import type { Result } from "../../base/result.ts";
import type { JourneyContext } from "../engine/context.ts";
import { DELAYS } from "../engine/delays.ts";
import type { JourneyState } from "../engine/journey.ts";
import type { Json } from "../engine/ports.ts";
import { type Fault, fault, readWords } from "./ask/answer.ts";
import { change, effectName, incidentOf, newEffect, promised } from "./moves.ts";
import { problemPage, said, waitingPage } from "./problem-page.ts";
import type { StepView, ViewEnv } from "./step.ts";

/** How a document reaches the citizen's phone: they scan a code, or are sent a link. */
export const COPY_WAYS = ["qr", "email", "sms"] as const;

/** Where a link is sent to: what is typed, and who sends it. */
const SENT = {
  email: { input: "email", form: "email", length: 100, operation: "delivery.email", field: "address", note: "emailed" },
  sms: { input: "phone", form: "mobile", length: 20, operation: "delivery.sms", field: "number", note: "texted" },
} as const;
type Sent = keyof typeof SENT;

/** What a definition says of copies: whether, or in which ways. */
export type OfferCopy = boolean | readonly (typeof COPY_WAYS)[number][];

function copyWays(offer: OfferCopy): readonly (typeof COPY_WAYS)[number][] {
  return typeof offer === "boolean" ? ["qr", "email"] : offer;
}

/** Where a copy is sent to, as it was typed. */
function readTo(way: Sent, typed: string): Result<string, Fault> {
  const value = typed.trim();
  return value === "" ? fault("empty") : readWords(SENT[way].form, value, SENT[way].length);
}

/** Copies that may fail, of whatever kind, before a person must settle it. */
const MAX_FAILURES = 3;

type States = NonNullable<JourneyState["states"]>;

/**
 * The states in which a document goes to the citizen's phone, instead of the paper or besides it. They end in `done`.
 *
 * @param step the name of the step that they belong to.
 * @param documentOf the document's number.
 */
export function handOffStates(step: string, offer: OfferCopy, documentOf: (context: JourneyContext) => string): States {
  const ways = copyWays(offer);
  /** Where to, and then its sending; a step has these states whether its definition offers the way or not. */
  const sendStates = (way: Sent): States => {
    const { operation, field, note } = SENT[way];
    return {
      [`${way}Typing`]: {
        tags: "citizen",
        on: {
          BACK: "offering",
          SUBMIT: [
            {
              guard: ({ event }) => readTo(way, event.value).ok,
              target: `${way}Sending`,
              actions: [
                assign(({ event }) => {
                  const read = readTo(way, event.value);
                  return { draft: read.ok ? read.value : "", problem: null };
                }),
                newEffect(way),
              ],
            },
            {
              actions: assign(({ event }) => {
                const read = readTo(way, event.value);
                return { draft: event.value, problem: read.ok ? null : read.error.key };
              }),
            },
          ],
        },
      },
      [`${way}Sending`]: {
        tags: "busy",
        invoke: {
          src: "submit",
          input: ({ context }) => ({
            ports: context.ports,
            effect: effectName(context, way),
            operation,
            input: { document: documentOf(context), [field]: context.draft },
          }),
          onDone: [
            {
              guard: ({ event }) => promised(operation, event.output),
              target: "done",
              actions: assign(({ context }) => ({ delivered: true, notes: [...context.notes, note] })),
            },
            { target: "notSent" },
          ],
          onError: "notSent",
        },
        after: { [DELAYS.submit]: "notSent" },
      },
    };
  };
  const states: States = {
    offering: {
      tags: "citizen",
      on: {
        SELECT: [
          {
            guard: ({ event }) => event.option === "qr" && ways.includes("qr"),
            target: "linking",
            actions: newEffect("link"),
          },
          ...(["email", "sms"] as const).map((way) => ({
            guard: ({ event }: { event: { option: string } }) => event.option === way && ways.includes(way),
            target: `${way}Typing`,
            actions: change(() => ({ draft: "", problem: null })),
          })),
          { guard: ({ context, event }) => event.option === "none" && context.delivered, target: "done" },
          { guard: ({ event }) => event.option === "none", target: "#incident", actions: notDelivered },
        ],
      },
    },
    linking: {
      tags: "busy",
      invoke: {
        src: "submit",
        input: ({ context }) => ({
          ports: context.ports,
          effect: effectName(context, "link"),
          operation: "delivery.link",
          input: { document: documentOf(context) },
        }),
        onDone: [
          {
            guard: ({ event }) => linkOf("delivery.link", event.output) !== null,
            target: "linked",
            actions: assign(({ event }) => ({ link: linkOf("delivery.link", event.output) })),
          },
          { target: "notSent" },
        ],
        onError: "notSent",
      },
      after: { [DELAYS.submit]: "notSent" },
    },
    linked: {
      tags: "citizen",
      on: {
        CONTINUE: { target: "done", actions: assign({ delivered: true, link: null }) },
        BACK: { target: "offering", actions: assign({ link: null }) },
      },
    },
    ...sendStates("email"),
    ...sendStates("sms"),
    notSent: {
      entry: assign({ attempts: ({ context }) => context.attempts + 1 }),
      initial: "sorting",
      states: {
        sorting: {
          always: [
            {
              guard: ({ context }) => !context.delivered && context.attempts >= MAX_FAILURES,
              target: "#incident",
              actions: notDelivered,
            },
            { target: "telling" },
          ],
        },
        telling: {
          tags: "citizen",
          on: {
            RETRY: `#${step}.offering`,
            FINISH: [
              { guard: ({ context }) => context.delivered, target: `#${step}.done` },
              { target: "#incident", actions: notDelivered },
            ],
          },
        },
      },
    },
  };
  return states;
}

const notDelivered = incidentOf((context) => ({
  kind: context.sale === null ? "delivery-unknown" : "paid-not-delivered",
  ...(context.sale === null ? {} : { amount: context.sale.amount }),
  effects: [
    ...(context.sale === null ? [] : [effectName(context, "charge")]),
    context.unreceipted?.effect ?? effectName(context, "issue"),
  ],
}));

/** The link that a submission brought. */
export function linkOf(
  operation: "delivery.link" | "cases.copy" | "hand-off.to-phone",
  outcome: Outcome<Json>,
): JourneyContext["link"] {
  if (outcome.outcome !== "ok") return null;
  const link = SUBMISSIONS[operation].result.safeParse(outcome.value);
  return link.success ? { url: link.data.url, code: link.data.code } : null;
}

/** The pages of those states. */
export function handOffView(offer: OfferCopy, env: ViewEnv): StepView {
  const { context, common } = env;
  switch (env.leaf) {
    case "offering":
      return {
        screen: {
          kind: "choose",
          title: common.say(context.delivered ? "copy.title" : "copy.instead-title"),
          hint: common.say(
            context.delivered
              ? context.prints.includes("failed")
                ? "copy.unprinted-hint"
                : "copy.hint"
              : "copy.instead-hint",
          ),
          options: [
            ...copyWays(offer).map((way) => ({
              id: way,
              label: common.say(`copy.${way}`),
              detail: common.say(`copy.${way}-detail`),
            })),
            context.delivered
              ? { id: "none", label: common.say("copy.none") }
              : { id: "none", label: common.say("copy.neither"), detail: common.say("copy.neither-detail") },
          ],
        },
        intents: ["SELECT"],
      };
    case "linked":
      return {
        screen: {
          kind: "hand-off",
          title: common.say("copy.scan-title"),
          body: common.paragraphs("copy.scan-body"),
          qr: context.link?.url ?? "",
          code: context.link?.code ?? "",
        },
        intents: ["CONTINUE", "BACK"],
      };
    case "emailTyping":
      return typing("email", env);
    case "smsTyping":
      return typing("sms", env);
    case "notSent":
      return problemPage(env, "copy.failed", [
        ["RETRY", "copy.other-way"],
        ["FINISH", "action.finish"],
      ]);
    default:
      return waitingPage(env, "copy.sending");
  }
}

function typing(way: Sent, env: ViewEnv): StepView {
  const { input, length } = SENT[way];
  return {
    screen: {
      kind: "ask",
      title: env.common.say(`copy.${way}-title`),
      why: env.common.say(`copy.${way}-why`),
      input,
      value: env.context.draft,
      maxLength: length,
      optional: false,
      ...said(env, "ask"),
    },
    intents: ["SUBMIT", "BACK"],
  };
}
