import { PAPERS_PATH, type Screen } from "../../../base/contracts/view.ts";
import { problemPage, said } from "../problem-page.ts";
import type { StepView, ViewEnv } from "../step.ts";
import { type FileStep, pagesOf } from "./file.ts";

type Action = Extract<Screen, { kind: "scan-pages" }>["actions"][number]["intent"];

/** The pages so far, and what can be done: scan one more, take one out, go on. */
export function fileView(step: FileStep, env: ViewEnv): StepView {
  if (env.leaf === "gone")
    return problemPage(env, "ask.file-scanner", [
      ["RETRY", "action.retry"],
      ["BACK", "action.back"],
      ["FINISH", "action.leave"],
    ]);
  const pages = pagesOf(env.context, step);
  const scanning = env.context.work.scanner === "scanning" ? "scanning" : "insert";
  const state = env.leaf === "scanning" ? scanning : "ready";
  const actions = state === "ready" ? actionsOf(step, pages.length) : [];
  const many = { pages: pages.length, most: step.max };
  return {
    screen: {
      kind: "scan-pages",
      title: env.step.say("title"),
      ...(env.step.has("hint") ? { hint: env.step.say("hint") } : {}),
      ...(env.step.has("why") ? { why: env.step.say("why") } : {}),
      state,
      instruction: env.common.say(instructionOf(state, step, pages.length), { many }),
      pages: pages.map(({ sha256 }, index) => ({
        id: sha256,
        label: env.common.say("ask.file-page", { page: { number: index + 1 } }),
        picture: `${PAPERS_PATH}${sha256}`,
      })),
      actions: actions.map(([intent, key]) => ({ intent, label: env.common.say(key) })),
      remove: env.common.say("ask.file-remove"),
      ...said(env, "ask"),
    },
    intents: [
      ...actions.map(([intent]) => intent),
      ...(state === "ready" && pages.length > 0 ? ["REMOVE" as const] : []),
      ...(state === "scanning" ? [] : ["BACK" as const]),
    ],
  };
}

function instructionOf(state: "ready" | "insert" | "scanning", step: FileStep, pages: number): string {
  if (state !== "ready") return `ask.file-${state}`;
  if (pages === 0) return "ask.file-begin";
  if (pages === step.max) return "ask.file-all";
  return pages === 1 ? "ask.file-one" : "ask.file-several";
}

function actionsOf(step: FileStep, pages: number): (readonly [Action, string])[] {
  return [
    ...(pages > 0 ? [["CONTINUE", "ask.file-done"] as const] : []),
    ...(pages < step.max ? [["SCAN", pages === 0 ? "ask.file-scan" : "ask.file-scan-more"] as const] : []),
    ...(step.optional && pages === 0 ? [["SKIP", "ask.file-skip"] as const] : []),
  ];
}
