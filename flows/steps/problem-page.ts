import type { Text } from "../../base/contracts/view.ts";
import type { Scope } from "../engine/expression.ts";
import type { StepView, ViewEnv } from "./step.ts";

type Action = "RETRY" | "CONTINUE" | "BACK" | "FINISH";

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

export function waitingPage(env: ViewEnv, key: string): StepView {
  return {
    screen: { kind: "waiting", title: env.common.say(`${key}-title`), body: env.common.paragraphs(`${key}-body`) },
    intents: [],
  };
}

export function said(env: ViewEnv, prefix: string): { problem: Text } | Record<string, never> {
  return env.context.problem === null ? {} : { problem: env.common.say(`${prefix}.${env.context.problem}`) };
}
