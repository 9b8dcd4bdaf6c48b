import { problemPage, said } from "../problem-page.ts";
import type { StepView, ViewEnv } from "../step.ts";
import type { IdentifyStep } from "./identify.ts";
import { canUsePhone, phoneEndedView, phoneView } from "./phone.ts";

/** How the step looks in each of its states. */
export function identifyView(step: IdentifyStep, env: ViewEnv): StepView {
  switch (env.leaf) {
    case "typing":
      return typing(env);
    case "readerGone":
      return problemPage(env, "identify.reader", [
        ...(step.by.includes("clave-unica") ? ([["USE_PHONE", "identify.use-phone"]] as const) : []),
        ...(step.typed ? ([["CONTINUE", "identify.type-instead"]] as const) : []),
        ["RETRY", "action.retry"],
        ["FINISH", "action.leave"],
      ]);
    case "phone":
      return phoneView(env);
    case "phoneEnded":
      return phoneEndedView(env, step.by.includes("cedula") ? "identify.scan-instead" : undefined);
    default:
      return chipView(env, step.chip === "offered") ?? fingerView(step, env) ?? scanning(step, env);
  }
}

/**
 * How the states of a tap look; `undefined` in any other state. What the machine does not take there is not offered.
 *
 * @param offered whether one can go on without it.
 */
export function chipView(env: ViewEnv, offered: boolean): StepView | undefined {
  const aside = ["BACK", "action.back"] as const;
  switch (env.leaf) {
    case "tapping":
      return tapping(env, offered);
    case "otherCard":
      return problemPage(env, "identify.other-card", [
        ["RETRY", "identify.tap-again"],
        ["CONTINUE", "identify.scan-again"],
        aside,
        ["FINISH", "action.leave"],
      ]);
    case "unreadable":
      return problemPage(env, "identify.chip-unreadable", [
        ...(offered ? ([["CONTINUE", "identify.without-chip"]] as const) : []),
        ["RETRY", "action.retry"],
        aside,
        ["FINISH", "action.leave"],
      ]);
    case "notProved":
      return problemPage(env, "identify.chip-not-proved", [
        ["CONTINUE", "identify.scan-other"],
        aside,
        ["FINISH", "action.leave"],
      ]);
    case "chipGone":
      return problemPage(env, "identify.chip-reader", [["RETRY", "action.retry"], aside, ["FINISH", "action.leave"]]);
    default:
      return undefined;
  }
}

/** How the states of a finger look; `undefined` in any other state. */
function fingerView(step: IdentifyStep, env: ViewEnv): StepView | undefined {
  switch (env.leaf) {
    case "placing":
      return placing(step, env);
    case "fingerUnreadable":
      return fingerProblem(step, env, "unreadable");
    case "fingerUnknown":
      return fingerProblem(step, env, "unknown");
    case "fingerRefused":
      return fingerProblem(step, env, "refused");
    case "fingerAway":
      return fingerProblem(step, env, "away");
    case "fingerGone":
      return fingerProblem(step, env, "reader");
    default:
      return undefined;
  }
}

function scanning(step: IdentifyStep, env: ViewEnv): StepView {
  const byPhone = step.by.includes("clave-unica");
  return {
    screen: {
      kind: "identify",
      title: env.step.say("title"),
      body: env.step.paragraphs("body"),
      typed: step.typed,
      phone: byPhone && canUsePhone(env.context),
      ...(byPhone && !canUsePhone(env.context) ? { notice: env.common.say("identify.phone-away") } : {}),
      ...said(env, "identify"),
    },
    intents: [...(byPhone ? ["USE_PHONE" as const] : []), ...(step.typed ? ["TYPE_RUN" as const] : []), "BACK"],
  };
}

function tapping(env: ViewEnv, offered: boolean): StepView {
  const { chipRead } = env.context;
  return {
    screen: {
      kind: "tap-card",
      title: env.common.say("identify.tap-title"),
      body: env.common.paragraphs("identify.tap-body"),
      instruction: env.common.say(chipRead === null ? "identify.tap-now" : "identify.tap-hold"),
      ...(chipRead === null ? {} : { progress: chipRead }),
      ...said(env, "identify"),
    },
    intents: [...(offered ? ["SKIP" as const] : []), "BACK"],
  };
}

function placing(step: IdentifyStep, env: ViewEnv): StepView {
  const { thumb, hand } = env.context.finger;
  return {
    screen: {
      kind: "place-finger",
      title: env.common.say(`identify.finger-title-${thumb}`),
      body: env.common.paragraphs("identify.finger-body"),
      hand,
      instruction: env.common.say(`identify.finger-${hand}`),
      ...said(env, "identify"),
    },
    intents: [...(step.finger === "offered" ? ["SKIP" as const] : []), "BACK"],
  };
}

/** The finger does not lead on; of these ways those are shown that there are. */
function fingerProblem(step: IdentifyStep, env: ViewEnv, what: string): StepView {
  const otherThumb = what === "unreadable" || what === "unknown";
  return problemPage(env, `identify.finger-${what}`, [
    ["CONTINUE", step.finger === "offered" ? "identify.without-finger" : "identify.scan-other"],
    ["RETRY", otherThumb ? "identify.other-thumb" : "action.retry"],
    ["USE_PHONE", "identify.use-phone"],
    ["FINISH", "action.leave"],
  ]);
}

function typing(env: ViewEnv): StepView {
  return {
    screen: {
      kind: "ask",
      title: env.common.say("identify.type-title"),
      hint: env.common.say("identify.type-hint"),
      input: "run",
      value: env.context.draft,
      maxLength: 12,
      optional: false,
      ...said(env, "identify"),
    },
    intents: ["SUBMIT", "BACK"],
  };
}
