import { assign } from "xstate";
import { SUBMISSIONS } from "../../base/contracts/gateway.ts";
import type { Outcome } from "../../base/outcome.ts";
import type { JourneyContext } from "../engine/context.ts";
import { DELAYS } from "../engine/delays.ts";
import { renderText } from "../engine/expression.ts";
import type { JourneyState } from "../engine/journey.ts";
import type { Json } from "../engine/ports.ts";
import { readAnswer } from "./ask.ts";
import type { IssueStep } from "./issue.ts";
import { effectName, incidentOf, newEffect, problem, promised } from "./moves.ts";
import { problemPage, said, waitingPage } from "./problem-page.ts";
import type { BuildEnv, StepView, ViewEnv } from "./step.ts";

const EMAIL_LENGTH = 100;
/** Copies that may fail, of whatever kind, before a person must settle it. */
const MAX_FAILURES = 3;

type States = NonNullable<JourneyState["states"]>;

/** The states of `issue` in which the document goes to the citizen's phone, instead of the paper or besides it. */
export function handOffStates(step: IssueStep, env: BuildEnv): States {
  const documentOf = (context: JourneyContext) => renderText(step.document, env.service.scope(context), "es");
  const states: States = {
    offering: {
      tags: "citizen",
      on: {
        SELECT: [
          { guard: ({ event }) => event.option === "qr", target: "linking", actions: newEffect("link") },
          { guard: ({ event }) => event.option === "email", target: "typingEmail", actions: problem(null) },
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
            guard: ({ event }) => linkOf(event.output) !== null,
            target: "linked",
            actions: assign(({ event }) => ({ link: linkOf(event.output) })),
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
    typingEmail: {
      tags: "citizen",
      on: {
        BACK: "offering",
        SUBMIT: [
          {
            guard: ({ event }) => readAnswer("email", event.value, EMAIL_LENGTH).ok,
            target: "mailing",
            actions: [assign({ draft: ({ event }) => event.value.trim(), problem: null }), newEffect("email")],
          },
          { actions: assign({ draft: ({ event }) => event.value, problem: "email" }) },
        ],
      },
    },
    mailing: {
      tags: "busy",
      invoke: {
        src: "submit",
        input: ({ context }) => ({
          ports: context.ports,
          effect: effectName(context, "email"),
          operation: "delivery.email",
          input: { document: documentOf(context), address: context.draft },
        }),
        onDone: [
          {
            guard: ({ event }) => promised("delivery.email", event.output),
            target: "done",
            actions: assign(({ context }) => ({ delivered: true, notes: [...context.notes, "emailed"] })),
          },
          { target: "notSent" },
        ],
        onError: "notSent",
      },
      after: { [DELAYS.submit]: "notSent" },
    },
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
            RETRY: `#${step.id}.offering`,
            FINISH: [
              { guard: ({ context }) => context.delivered, target: `#${step.id}.done` },
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
  effects: [...(context.sale === null ? [] : [effectName(context, "charge")]), effectName(context, "issue")],
}));

function linkOf(outcome: Outcome<Json>): JourneyContext["link"] {
  if (outcome.outcome !== "ok") return null;
  const link = SUBMISSIONS["delivery.link"].result.safeParse(outcome.value);
  return link.success ? { url: link.data.url, code: link.data.code } : null;
}

/** The pages of those states. */
export function handOffView(env: ViewEnv): StepView {
  const { context, common } = env;
  switch (env.leaf) {
    case "offering":
      return {
        screen: {
          kind: "choose",
          title: common.say(context.delivered ? "copy.title" : "copy.instead-title"),
          hint: common.say(context.delivered ? "copy.hint" : "copy.instead-hint"),
          options: [
            { id: "qr", label: common.say("copy.qr"), detail: common.say("copy.qr-detail") },
            { id: "email", label: common.say("copy.email"), detail: common.say("copy.email-detail") },
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
    case "typingEmail":
      return {
        screen: {
          kind: "ask",
          title: common.say("copy.email-title"),
          why: common.say("copy.email-why"),
          input: "email",
          value: context.draft,
          maxLength: EMAIL_LENGTH,
          optional: false,
          ...said(env, "ask"),
        },
        intents: ["SUBMIT", "BACK"],
      };
    case "notSent":
      return problemPage(env, "copy.failed", [
        ["RETRY", "copy.other-way"],
        ["FINISH", "action.finish"],
      ]);
    default:
      return waitingPage(env, "copy.sending");
  }
}
