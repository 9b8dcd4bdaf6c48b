import { problemPage, said } from "../problem-page.ts";
import type { StepView, ViewEnv } from "../step.ts";
import type { IdentifyStep } from "./identify.ts";

/** How the step looks in each of its states. */
export function identifyView(step: IdentifyStep, env: ViewEnv): StepView {
  switch (env.leaf) {
    case "typing":
      return typing(env);
    case "readerGone":
      return problemPage(env, "identify.reader", [
        ...(step.typed ? ([["CONTINUE", "identify.type-instead"]] as const) : []),
        ["RETRY", "action.retry"],
        ["FINISH", "action.leave"],
      ]);
    case "tapping":
      return tapping(step, env);
    case "otherCard":
      return problemPage(env, "identify.other-card", [
        ["RETRY", "identify.tap-again"],
        ["CONTINUE", "identify.scan-again"],
        ["FINISH", "action.leave"],
      ]);
    case "unreadable":
      return problemPage(env, "identify.chip-unreadable", [
        ...(step.chip === "offered" ? ([["CONTINUE", "identify.without-chip"]] as const) : []),
        ["RETRY", "action.retry"],
        ["FINISH", "action.leave"],
      ]);
    case "notProved":
      return problemPage(env, "identify.chip-not-proved", [
        ["CONTINUE", "identify.scan-other"],
        ["FINISH", "action.leave"],
      ]);
    case "chipGone":
      return problemPage(env, "identify.chip-reader", [
        ["RETRY", "action.retry"],
        ["FINISH", "action.leave"],
      ]);
    default:
      return scanning(step, env);
  }
}

function scanning(step: IdentifyStep, env: ViewEnv): StepView {
  return {
    screen: {
      kind: "identify",
      title: env.step.say("title"),
      body: env.step.paragraphs("body"),
      typed: step.typed,
      ...said(env, "identify"),
    },
    intents: [...(step.typed ? ["TYPE_RUN" as const] : []), "BACK"],
  };
}

function tapping(step: IdentifyStep, env: ViewEnv): StepView {
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
    intents: [...(step.chip === "offered" ? ["SKIP" as const] : []), "BACK"],
  };
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
