import { handOffView } from "../hand-off.ts";
import { canUsePhone, phoneEndedView, phoneView } from "../identify/phone.ts";
import { chipView } from "../identify/view.ts";
import { paperPage } from "../paper.ts";
import { problemPage, said, waitingPage } from "../problem-page.ts";
import type { StepView, ViewEnv } from "../step.ts";
import { pageShown, pagesOf } from "./declaration.ts";
import type { SignStep } from "./sign.ts";

/** How the step looks in each of its states. */
export function signView(step: SignStep, env: ViewEnv): StepView {
  switch (env.leaf) {
    case "asking":
      return waitingPage(env, "sign.asking");
    case "away":
      return problemPage(env, "sign.away", [
        ["RETRY", "action.retry"],
        ["BACK", "action.back"],
        ["FINISH", "action.leave"],
      ]);
    case "reading":
      return reading(step, env);
    case "scanning":
      return {
        screen: {
          kind: "identify",
          title: env.common.say("sign.scan-title"),
          body: env.common.paragraphs("sign.scan-body"),
          typed: false,
          phone: false,
          ...said(env, "identify"),
        },
        intents: ["BACK"],
      };
    case "readerGone":
      return problemPage(env, "identify.reader", [
        ["RETRY", "action.retry"],
        ["BACK", "action.back"],
        ["FINISH", "action.leave"],
      ]);
    case "phone":
      return phoneView(env);
    case "phoneEnded":
      return phoneEndedView(env, "action.back");
    case "otherPerson":
      return problemPage(env, "sign.other-person", [
        ["RETRY", "sign.again"],
        ["FINISH", "action.leave"],
      ]);
    case "recording":
      return waitingPage(env, "sign.recording");
    case "notRecorded":
      return problemPage(env, "sign.not-recorded", [
        ["RETRY", "sign.again"],
        ["FINISH", "action.leave"],
      ]);
    case "inDoubt":
      return problemPage(env, "sign.doubt", [
        ["RETRY", "action.retry"],
        ["FINISH", "action.leave"],
      ]);
    case "printing":
      return paperPage(env, "sign.deliver");
    case "checking":
      return problemPage(env, "deliver.check", [
        ["CONTINUE", "deliver.it-is-here"],
        ["RETRY", "deliver.nothing-came"],
      ]);
    default:
      return chipView(env, false) ?? handOffView(step["offer-copy"], env);
  }
}

function reading(step: SignStep, env: ViewEnv): StepView {
  const { context, common } = env;
  const pages = pagesOf(env.step.paragraphs("declaration"));
  const at = pageShown(context);
  const last = at >= pages.length - 1;
  const phone = step.with.includes("clave-unica");
  const ways = [
    ...(step.with.includes("cedula") ? [["CONFIRM", "sign.with-cedula"] as const] : []),
    ...(phone && canUsePhone(context) ? [["USE_PHONE", "sign.with-phone"] as const] : []),
  ];
  const actions = last ? ways : [["CONTINUE", "sign.next-page"] as const];
  return {
    screen: {
      kind: "sign",
      title: env.step.say("title"),
      body: pages[at] ?? [],
      page: common.say("sign.page", { page: { number: at + 1, total: pages.length } }),
      ...(last && phone && !canUsePhone(context) ? { notice: common.say("sign.phone-away") } : {}),
      actions: actions.map(([intent, label]) => ({ intent, label: common.say(label) })),
    },
    intents: [...actions.map(([intent]) => intent), "BACK"],
  };
}
