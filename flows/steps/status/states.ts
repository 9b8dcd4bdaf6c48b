import { assign } from "xstate";
import { QUERIES, type QueryResult } from "../../../base/contracts/gateway.ts";
import type { Outcome } from "../../../base/outcome.ts";
import type { JourneyContext } from "../../engine/context.ts";
import { DELAYS } from "../../engine/delays.ts";
import { renderText } from "../../engine/expression.ts";
import type { JourneyState } from "../../engine/journey.ts";
import type { Json } from "../../engine/ports.ts";
import { CASE_RECEIPT } from "../../receipts/library.ts";
import { renderReceipt } from "../../receipts/template.ts";
import { common } from "../../texts/common.ts";
import { linkOf } from "../hand-off.ts";
import { effectName, endWith, gathered, newEffect, problem, served, stored } from "../moves.ts";
import { paperState } from "../paper.ts";
import type { BuildEnv } from "../step.ts";
import type { StatusStep } from "./status.ts";

type States = NonNullable<JourneyState["states"]>;
export type CaseSummary = QueryResult<"cases.list">["cases"][number];
export type CaseStatus = QueryResult<"cases.status">;

export function casesIn({ work }: JourneyContext): readonly CaseSummary[] {
  return (work.cases ?? []) as unknown as readonly CaseSummary[];
}

export function statusStates(step: StatusStep, env: BuildEnv): States {
  const runOf = (context: JourneyContext) => renderText(step.run, env.service.scope(context), "es");
  const leave = { target: "#ending", actions: endWith({ result: "nothing-done", page: "left" }) };
  return {
    listing: {
      tags: "busy",
      invoke: {
        src: "lookUp",
        input: ({ context }) => ({ ports: context.ports, operation: "cases.list", input: { run: runOf(context) } }),
        onDone: [
          {
            guard: ({ event }) => casesOf(event.output)?.length === 0,
            target: "empty",
          },
          {
            guard: ({ event }) => casesOf(event.output)?.length === 1,
            target: "reading",
            actions: assign(({ event }) => ({
              work: { cases: casesOf(event.output) ?? [], case: casesOf(event.output)?.[0]?.case ?? "" },
            })),
          },
          {
            guard: ({ event }) => casesOf(event.output) !== undefined,
            target: "choosing",
            actions: assign(({ event }) => ({ work: { cases: casesOf(event.output) ?? [] } })),
          },
          { target: "unavailable" },
        ],
        onError: "unavailable",
      },
      after: { [DELAYS.lookUp]: "unavailable" },
    },
    unavailable: { tags: "citizen", on: { RETRY: "listing", BACK: [...env.back], FINISH: leave } },
    empty: { tags: "citizen", on: { BACK: [...env.back], FINISH: leave } },
    choosing: {
      tags: "citizen",
      on: {
        BACK: [...env.back],
        SELECT: {
          guard: ({ context, event }) => casesIn(context).some((one) => one.case === event.option),
          target: "reading",
          actions: assign(({ context, event }) => gathered(context, { case: event.option })),
        },
      },
    },
    reading: {
      tags: "busy",
      invoke: {
        src: "lookUp",
        input: ({ context }) => ({
          ports: context.ports,
          operation: "cases.status",
          input: { run: runOf(context), case: String(context.work.case ?? "") },
        }),
        onDone: [
          {
            guard: ({ event }) => statusOf(event.output) !== undefined,
            target: "shown",
            actions: assign(({ context, event }) =>
              stored(context, step.id, statusOf(event.output) ?? null, env.dependents),
            ),
          },
          { target: "unread" },
        ],
        onError: "unread",
      },
      after: { [DELAYS.lookUp]: "unread" },
    },
    unread: {
      tags: "citizen",
      on: { RETRY: "reading", BACK: [{ guard: hasOthers, target: "choosing" }, ...env.back], FINISH: leave },
    },
    shown: {
      tags: "citizen",
      on: {
        CONTINUE: { target: env.next, actions: served },
        CONFIRM: { target: "copying", actions: problem(null) },
        BACK: [{ guard: hasOthers, target: "choosing", actions: problem(null) }, ...env.back],
      },
    },
    ...copyStates(step, env, runOf),
  };
}

/** A copy on paper or on the phone; whether it came or not, the page stands again afterwards. */
function copyStates(step: StatusStep, env: BuildEnv, runOf: (context: JourneyContext) => string): States {
  return {
    copying: {
      tags: "citizen",
      on: {
        BACK: "shown",
        SELECT: [
          { guard: ({ event }) => event.option === "paper", target: "printing", actions: newEffect("print-status") },
          { guard: ({ event }) => event.option === "phone", target: "linking", actions: newEffect("case-copy") },
        ],
      },
    },
    printing: paperState("print-status", "printed", (context) => {
      const scope = { ...env.service.scope(context), status: context.data[step.id] };
      const status = context.data[step.id] as CaseStatus;
      const words = common(context.locale, scope);
      const said = {
        state: words.say(`status.state-${status.state}`).text,
        who: words.say(`status.who-${status.actor}`).text,
      };
      const whole = { ...scope, said };
      return renderReceipt(CASE_RECEIPT, whole, common(context.locale, whole), context.locale, context.site.demo);
    }),
    printed: {
      always: {
        target: "shown",
        actions: assign(({ context }) => ({ problem: `paper-${context.prints[0] ?? "failed"}` })),
      },
    },
    linking: {
      tags: "busy",
      invoke: {
        src: "submit",
        input: ({ context }) => ({
          ports: context.ports,
          effect: effectName(context, "case-copy"),
          operation: "cases.copy",
          input: { run: runOf(context), case: String(context.work.case ?? "") },
        }),
        onDone: [
          {
            guard: ({ event }) => linkOf("cases.copy", event.output) !== null,
            target: "linked",
            actions: assign(({ event }) => ({ link: linkOf("cases.copy", event.output) })),
          },
          { target: "shown", actions: problem("not-sent") },
        ],
        onError: { target: "shown", actions: problem("not-sent") },
      },
      after: { [DELAYS.submit]: { target: "shown", actions: problem("not-sent") } },
    },
    linked: {
      tags: "citizen",
      on: {
        CONTINUE: { target: "shown", actions: assign({ link: null }) },
        BACK: { target: "copying", actions: assign({ link: null }) },
      },
    },
  };
}

function hasOthers({ context }: { context: JourneyContext }): boolean {
  return casesIn(context).length > 1;
}

function casesOf(outcome: Outcome<Json>): CaseSummary[] | undefined {
  return outcome.outcome === "ok" ? QUERIES["cases.list"].result.safeParse(outcome.value).data?.cases : undefined;
}

function statusOf(outcome: Outcome<Json>): CaseStatus | undefined {
  return outcome.outcome === "ok" ? QUERIES["cases.status"].result.safeParse(outcome.value).data : undefined;
}
