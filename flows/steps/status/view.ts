import type { Screen, Text } from "../../../base/contracts/view.ts";
import { formatValue } from "../../engine/format.ts";
import { paperPage } from "../paper.ts";
import { emptyPage, said, unavailablePage, waitingPage } from "../problem-page.ts";
import type { StepView, ViewEnv } from "../step.ts";
import { type CaseStatus, casesIn } from "./states.ts";
import type { StatusStep } from "./status.ts";

/** The pages of a `status`. */
export function statusView(step: StatusStep, env: ViewEnv): StepView {
  const { common, context } = env;
  switch (env.leaf) {
    case "unavailable":
    case "unread":
      return unavailablePage(env);
    case "empty":
      return emptyPage(env);
    case "choosing":
      return {
        screen: {
          kind: "choose",
          title: env.step.say("title"),
          ...(env.step.has("hint") ? { hint: env.step.say("hint") } : {}),
          options: casesIn(context).map((one) => ({
            id: one.case,
            label: { id: "status/case", text: one.name },
            detail: {
              id: "status/case-state",
              text: `${common.say(`status.short-${one.state}`).text} · ${one.institution}`,
            },
          })),
        },
        intents: ["SELECT", "BACK"],
      };
    case "shown":
      return { screen: shown(env, context.data[step.id] as CaseStatus), intents: ["CONTINUE", "CONFIRM", "BACK"] };
    case "copying":
      return {
        screen: {
          kind: "choose",
          title: common.say("status.copy-title"),
          options: [
            { id: "paper", label: common.say("status.copy-paper") },
            { id: "phone", label: common.say("status.copy-phone"), detail: common.say("copy.qr-detail") },
          ],
        },
        intents: ["SELECT", "BACK"],
      };
    case "printing":
      return paperPage(env, "status.printing");
    case "linked":
      return {
        screen: {
          kind: "hand-off",
          title: common.say("copy.scan-title"),
          body: common.paragraphs("status.scan-body"),
          qr: context.link?.url ?? "",
          code: context.link?.code ?? "",
        },
        intents: ["CONTINUE", "BACK"],
      };
    case "linking":
      return waitingPage(env, "copy.sending");
    default:
      return waitingPage(env, "status.asking");
  }
}

function shown(env: ViewEnv, status: CaseStatus): Screen {
  const { common, context } = env;
  const next: Text[] = status.next === "" ? [] : [{ id: "status/next", text: status.next }];
  return {
    kind: "status",
    title: { id: "status/name", text: status.name },
    body: [common.say(`status.state-${status.state}`), common.say(`status.who-${status.actor}`), ...next],
    timeline: status.steps.map(({ label, date, state }, index) => ({
      id: String(index),
      label: { id: "status/step", text: label },
      ...(date === null ? {} : { date: formatValue(date, "date", context.locale) }),
      state,
    })),
    actions: [
      { intent: "CONTINUE", label: common.say("status.continue") },
      { intent: "CONFIRM", label: common.say("status.copy") },
    ],
    ...said(env, "status"),
  };
}
