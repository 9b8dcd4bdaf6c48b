import { assign } from "xstate";
import type { Outcome } from "../../../base/outcome.ts";
import type { JourneyContext, Proof } from "../../engine/context.ts";
import { DELAYS } from "../../engine/delays.ts";
import type { JourneyState } from "../../engine/journey.ts";
import type { LoginAsked, PhoneIdentity } from "../../engine/ports.ts";
import type { Speaker } from "../../engine/text-table.ts";
import { change, endWith, problem } from "../moves.ts";
import { problemPage, waitingPage } from "../problem-page.ts";
import type { BuildEnv, StepView, ViewEnv } from "../step.ts";

/** Why a login on the phone ended without an identity, as the citizen is told. */
type PhoneProblem = "expired" | "refused" | "wrong-number" | "unavailable";

/** Where a login on the phone stands in a step. */
export type PhoneWay = {
  readonly step: string;
  readonly env: BuildEnv;
  readonly back: NonNullable<NonNullable<JourneyState["on"]>["BACK"]>;
  /** The state of the step in which the citizen does without the phone. */
  readonly otherwise?: string;
  /** Judges `context.proof`. */
  readonly proved: JourneyState;
  /** What the phone says that the login is for, in Spanish. */
  readonly about?: (texts: Speaker) => string;
  readonly purpose?: LoginAsked["purpose"];
};

const theService = (texts: Speaker) => texts.say("service.name").text;

export function canUsePhone({ away }: JourneyContext): boolean {
  return !away.includes("clave-unica");
}

/** The states in which the citizen logs in on their phone. The kiosk's call ends with the state: whoever leaves cancels it. */
export function phoneStates({
  step,
  env,
  back,
  otherwise,
  proved,
  about = theService,
  purpose = "identify",
}: PhoneWay): {
  readonly [state: string]: JourneyState;
} {
  const ended = (why: PhoneProblem) => ({ target: `#${step}.phoneEnded`, actions: problem(why) });
  return {
    phone: {
      initial: "beginning",
      entry: change(() => ({ phone: null, proof: null })),
      exit: change(() => ({ phone: null })),
      invoke: {
        src: "logInByPhone",
        input: ({ context, self }) => ({
          ports: context.ports,
          place: context.site.place,
          about: about(env.service.speaker({ ...context, locale: "es" })),
          purpose,
          notify: (event) => self.send(event),
        }),
        onDone: [
          {
            guard: ({ event }) => event.output.outcome === "ok",
            target: `#${step}.proved`,
            actions: assign(({ event }) =>
              event.output.outcome === "ok" ? { proof: provedBy(event.output.value) } : {},
            ),
          },
          ...(["expired", "refused", "wrong-number"] as const).map((why) => ({
            guard: ({ event }: { event: { output: Outcome<PhoneIdentity> } }) => problemOf(event.output) === why,
            ...ended(why),
          })),
          ended("unavailable"),
        ],
        onError: ended("unavailable"),
      },
      after: { [DELAYS.phone]: ended("expired") },
      states: {
        beginning: {
          tags: "busy",
          after: { [DELAYS.phoneBegins]: ended("unavailable") },
          on: {
            PHONE_PROGRESS: {
              guard: ({ event }) => event.progress.step === "shown",
              target: "showing",
              actions: assign(({ event }) =>
                event.progress.step === "shown" ? { phone: { ...event.progress, opened: false } } : {},
              ),
            },
          },
        },
        showing: {
          tags: "citizen",
          on: {
            PHONE_PROGRESS: {
              guard: ({ event }) => event.progress.step === "opened",
              target: "following",
              actions: change(({ context }) =>
                context.phone === null ? {} : { phone: { ...context.phone, opened: true } },
              ),
            },
            BACK: back,
          },
        },
        following: { tags: "citizen", on: { BACK: back } },
      },
    },
    proved,
    phoneEnded: {
      tags: "citizen",
      on: {
        RETRY: { target: "phone", actions: problem(null) },
        ...(otherwise === undefined ? {} : { CONTINUE: { target: otherwise, actions: problem(null) } }),
        FINISH: { target: "#ending", actions: endWith({ result: "nothing-done", page: "left" }) },
      },
    },
  };
}

function provedBy({ run, name, login }: PhoneIdentity): Proof {
  return { run, name, by: "clave-unica", evidence: login };
}

function problemOf(outcome: Outcome<PhoneIdentity>): PhoneProblem {
  if (outcome.outcome !== "error") return "unavailable";
  switch (outcome.error.code) {
    case "login.expired":
      return "expired";
    case "login.declined":
    case "login.refused":
      return "refused";
    case "login.wrong-number":
      return "wrong-number";
    default:
      return "unavailable";
  }
}

export function phoneView(env: ViewEnv): StepView {
  const { phone } = env.context;
  if (phone === null) return waitingPage(env, "identify.phone-begins");
  return {
    screen: {
      kind: "phone-login",
      title: env.common.say(phone.opened ? "identify.phone-follow-title" : "identify.phone-title"),
      steps: env.common.paragraphs(phone.opened ? "identify.phone-follow" : "identify.phone-steps"),
      ...(phone.opened
        ? { note: env.common.say("identify.phone-not-mine") }
        : { link: { qr: phone.url, code: phone.code } }),
      number: phone.number,
      numberLabel: env.common.say("identify.phone-number"),
    },
    intents: ["BACK"],
  };
}

/** @param otherwise the label of the way without the phone, where there is one. */
export function phoneEndedView(env: ViewEnv, otherwise: string | undefined): StepView {
  return problemPage(env, `identify.phone-${env.context.problem}`, [
    ["RETRY", "action.retry"],
    ...(otherwise === undefined ? [] : [["CONTINUE", otherwise] as const]),
    ["FINISH", "action.leave"],
  ]);
}
