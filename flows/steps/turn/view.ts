import type { SubmissionResult } from "../../../base/contracts/gateway.ts";
import type { Option, Screen, Text } from "../../../base/contracts/view.ts";
import { formatValue } from "../../engine/format.ts";
import { handOffView } from "../hand-off.ts";
import { paperPage } from "../paper.ts";
import { problemPage, said, unavailablePage, waitingPage } from "../problem-page.ts";
import type { StepView, ViewEnv } from "../step.ts";
import { pickedSlot, type Queue, queuesIn, slotsIn } from "./states.ts";
import type { TurnStep } from "./turn.ts";

/** The pages of a `turn`. */
export function turnView(step: TurnStep, env: ViewEnv): StepView {
  const kind = `turn.${step.book}`;
  switch (env.leaf) {
    case "asking":
      return waitingPage(env, `${kind}-asking`);
    case "unavailable":
      return unavailablePage(env);
    case "empty":
      return problemPage(env, `${kind}-empty`, [
        ["RETRY", "turn.look-again"],
        ["BACK", "action.back"],
        ["FINISH", "action.leave"],
      ]);
    case "choosing":
      return page(env, step.book === "queue" ? queues(env) : days(env));
    case "preferring":
      return {
        screen: {
          kind: "choose",
          title: env.common.say("turn.preferential-title"),
          hint: env.common.say("turn.preferential-hint"),
          options: [
            { id: "no", label: env.common.say("turn.preferential-no") },
            { id: "yes", label: env.common.say("turn.preferential-yes") },
          ],
        },
        intents: ["SELECT", "BACK"],
      };
    case "hours":
      return hours(env);
    case "confirming":
      return confirming(env);
    case "taking":
      return waitingPage(env, `${kind}-taking`);
    case "notTaken":
      return problemPage(env, `${kind}-not-taken`, [
        ["RETRY", "action.retry"],
        ["BACK", "action.back"],
        ["FINISH", "action.leave"],
      ]);
    case "doubt":
      return problemPage(env, `${kind}-doubt`, [
        ["RETRY", "turn.ask-again"],
        ["FINISH", "action.leave"],
      ]);
    case "printing":
      return paperPage(env, `${kind}-printing`);
    case "shown":
      return { screen: shown(step, env), intents: ["CONTINUE"] };
    default:
      return handOffView(step["offer-copy"], env);
  }
}

function page(env: ViewEnv, options: Option[]): StepView {
  return {
    screen: {
      kind: "choose",
      title: env.step.say("title"),
      ...(env.step.has("hint") ? { hint: env.step.say("hint") } : {}),
      options,
      ...said(env, "turn"),
    },
    intents: ["SELECT", "BACK"],
  };
}

function queues(env: ViewEnv): Option[] {
  return queuesIn(env.context).map((queue) => ({
    id: queue.queue,
    label: { id: "turn/queue", text: queue.name },
    detail: { id: "turn/queue-wait", text: waitOf(env, queue) },
  }));
}

function waitOf({ common }: ViewEnv, { waiting, minutes }: Queue): string {
  const people = waiting === 0 ? "none" : waiting === 1 ? "one" : "many";
  const wait = minutes === null || waiting === 0 ? [] : [common.say("turn.wait", { minutes }).text];
  return [common.say(`turn.waiting-${people}`, { waiting }).text, ...wait].join(" ");
}

/** The days on which something is free, soonest first, with how many hours each has. */
function days(env: ViewEnv): Option[] {
  const dates = new Set(slotsIn(env.context).map(({ date }) => date));
  return [...dates].sort().map((date) => {
    const free = slotsIn(env.context).filter((slot) => slot.date === date).length;
    return {
      id: date,
      label: dayText(env, date),
      detail: env.common.say(free === 1 ? "turn.free-one" : "turn.free-many", { free }),
    };
  });
}

function dayText({ context }: ViewEnv, date: string): Text {
  const day = formatValue(date, "weekday", context.locale);
  return { id: "turn/day", text: day.charAt(0).toUpperCase() + day.slice(1) };
}

function hours(env: ViewEnv): StepView {
  const date = String(env.context.work.date ?? "");
  const free = slotsIn(env.context).filter((slot) => slot.date === date);
  const places = new Set(free.map(({ place }) => place));
  return {
    screen: {
      kind: "choose",
      title: env.common.say("turn.hours-title"),
      hint: dayText(env, date),
      options: free.map(({ slot, time, place }) => ({
        id: slot,
        label: { id: "turn/hour", text: time },
        ...(places.size > 1 ? { detail: { id: "turn/place", text: place } } : {}),
      })),
    },
    intents: ["SELECT", "BACK"],
  };
}

function confirming(env: ViewEnv): StepView {
  const { common, context } = env;
  const slot = pickedSlot(context);
  const rows: readonly (readonly [string, string])[] = [
    ["day", dayText(env, slot?.date ?? "").text],
    ["time", slot?.time ?? ""],
    ["place", slot?.place ?? ""],
  ];
  return {
    screen: {
      kind: "review",
      title: common.say("turn.confirm-title"),
      rows: rows.map(([id, value]) => ({ id, label: common.say(`turn.row-${id}`), value, changeable: false })),
      action: common.say("turn.confirm"),
    },
    intents: ["CONFIRM", "BACK"],
  };
}

const PAPER = { done: "printed", unconfirmed: "unconfirmed" } as const;

/** What was taken, large, and whether the paper says it too. */
function shown(step: TurnStep, env: ViewEnv): Screen {
  const { common, context } = env;
  const state = context.prints[0];
  const paper = state === "done" || state === "unconfirmed" ? PAPER[state] : "unprinted";
  const body = common.paragraphs(`turn.${step.book}-${paper}`);
  const title = common.say(`turn.${step.book}-title`);
  const fact = (id: string, value: string) => ({ id, label: common.say(`turn.row-${id}`), value });
  if (step.book === "queue") {
    const taken = context.data[step.id] as SubmissionResult<"attention.turn.take">;
    const wait =
      taken.minutes === null ? [] : [fact("wait", common.say("turn.minutes", { minutes: taken.minutes }).text)];
    return {
      kind: "turn",
      title,
      body,
      number: { label: common.say("turn.number"), value: taken.number },
      facts: [fact("queue", taken.queue), fact("ahead", String(taken.ahead)), ...wait],
      qr: taken.url,
      code: taken.folio,
    };
  }
  const taken = context.data[step.id] as SubmissionResult<"attention.appointment.book">;
  return {
    kind: "turn",
    title,
    body,
    number: { label: dayText(env, taken.date), value: taken.time },
    facts: [fact("matter", taken.matter), fact("place", taken.place)],
    qr: taken.url,
    code: taken.folio,
  };
}
