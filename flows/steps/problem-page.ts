import type { Text } from "../../base/contracts/view.ts";
import type { Scope } from "../engine/expression.ts";
import type { StepView, ViewEnv } from "./step.ts";

type Action = "RETRY" | "CONTINUE" | "BACK" | "USE_PHONE" | "FINISH";

/**
 * The page that says what went wrong and what one can do now. Its texts are the library's, under `key`.
 *
 * @param actions the intents in order of preference, each with the key of its label.
 */
export function problemPage(
  env: ViewEnv,
  key: string,
  actions: readonly (readonly [Action, string])[],
  extra?: Scope,
): StepView {
  return {
    screen: {
      kind: "problem",
      title: env.common.say(`${key}-title`, extra),
      body: env.common.paragraphs(`${key}-body`, extra),
      actions: actions.map(([intent, label]) => ({ intent, label: env.common.say(label) })),
    },
    intents: actions.map(([intent]) => intent),
  };
}

/** An institution that was asked does not answer. */
export function unavailablePage(env: ViewEnv): StepView {
  return problemPage(env, "unavailable", [
    ["RETRY", "action.retry"],
    ["BACK", "action.back"],
    ["FINISH", "action.leave"],
  ]);
}

/** There is nothing of what was asked for; the step's own texts say so. */
export function emptyPage({ step, common }: ViewEnv): StepView {
  return {
    screen: {
      kind: "problem",
      title: step.say("empty-title"),
      body: step.paragraphs("empty-body"),
      actions: [
        { intent: "BACK", label: common.say("action.back") },
        { intent: "FINISH", label: common.say("action.leave") },
      ],
    },
    intents: ["BACK", "FINISH"],
  };
}

export function waitingPage(env: ViewEnv, key: string): StepView {
  return {
    screen: { kind: "waiting", title: env.common.say(`${key}-title`), body: env.common.paragraphs(`${key}-body`) },
    intents: [],
  };
}

/** What is wrong on the page. @param extra what the text may read besides. */
export function said(env: ViewEnv, prefix: string, extra?: Scope): { problem: Text } | Record<string, never> {
  return env.context.problem === null ? {} : { problem: env.common.say(`${prefix}.${env.context.problem}`, extra) };
}
