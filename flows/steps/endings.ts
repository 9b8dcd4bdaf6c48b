import { assign } from "xstate";
import { DELAYS } from "../engine/delays.ts";
import type { JourneyState } from "../engine/journey.ts";
import { incidentReceipt } from "../receipts/library.ts";
import { renderReceipt } from "../receipts/template.ts";
import { endWith, newEffect } from "./moves.ts";
import { waitingPage } from "./problem-page.ts";
import type { ServiceFacts, StepView, ViewEnv } from "./step.ts";

/** Names that steps may not have: they are states of every journey, or names that placeholders read. */
export const RESERVED = ["incident", "ending", "left", "identity", "site", "item", "refund", "service"] as const;

/** Something went wrong that a person must settle: it is recorded first, then the citizen gets its number on paper. */
export function incidentState(service: ServiceFacts): JourneyState {
  return {
    id: "incident",
    initial: "recording",
    states: {
      recording: {
        tags: "busy",
        invoke: {
          src: "incident",
          input: ({ context }) => {
            if (context.incident === null) throw new Error("an incident without a record");
            return { ports: context.ports, record: context.incident };
          },
          onDone: { target: "sorting", actions: assign({ incidentNumber: ({ event }) => event.output.number }) },
          onError: "sorting",
        },
        after: { [DELAYS.incident]: "sorting" },
      },
      sorting: {
        always: [
          { guard: ({ context }) => context.ending !== null, target: "#ending" },
          {
            guard: ({ context }) => context.alone || context.incidentNumber === null,
            target: "#ending",
            actions: endIncident,
          },
          { target: "printing", actions: [endIncident, newEffect("print-incident")] },
        ],
      },
      printing: {
        tags: "busy",
        invoke: {
          src: "print",
          input: ({ context, self }) => ({
            ports: context.ports,
            effect: `print-incident-${context.effects["print-incident"] ?? 1}`,
            document: renderReceipt(
              incidentReceipt(context.incident?.kind ?? "delivery-unknown"),
              service.scope(context),
              service.common(context),
              context.locale,
              context.site.demo,
            ),
            notify: (event) => self.send(event),
          }),
          onDone: [
            {
              guard: ({ event }) => event.output.outcome === "ok",
              target: "#ending",
              actions: assign(({ context }) => ({ notes: [...context.notes, "incident-paper"] })),
            },
            { target: "#ending" },
          ],
          onError: "#ending",
        },
        after: { [DELAYS.print]: "#ending" },
      },
    },
  };
}

const endIncident = endWith({ result: "incident", page: "incident" });

/** The journal is told first that the journey is over; then the last page stands until the citizen has read it. */
export const endingState: JourneyState = {
  id: "ending",
  initial: "settling",
  states: {
    settling: {
      tags: "busy",
      invoke: {
        src: "settle",
        input: ({ context }) => ({ ports: context.ports, result: context.ending?.result ?? "abandoned" }),
        onDone: "settled",
        onError: "settled",
      },
      after: { [DELAYS.settle]: "settled" },
    },
    settled: { always: [{ guard: ({ context }) => context.alone, target: "#left" }, { target: "finished" }] },
    finished: { tags: "finished", on: { FINISH: "#left", ABANDON: "#left" } },
  },
};

/** The library's own last pages. */
export function endingView(env: ViewEnv): StepView {
  const { context, common } = env;
  const ending = context.ending;
  if (env.leaf !== "finished" || ending === null) return waitingPage(env, "ending");
  const page = ending.page === "incident" ? `incident.${context.incident?.kind ?? "unknown"}` : ending.page;
  const result = ending.result === "abandoned" ? "nothing-done" : ending.result;
  return {
    screen: {
      kind: "finish",
      title: common.say(`finish.${page}-title`),
      body: [
        ...common.paragraphs(`finish.${page}-body`),
        ...context.notes.map((note) => common.say(`note.${note}`)),
        ...(result === "incident" ? [common.say("contact")] : []),
      ],
      result,
      ...(result === "incident" && context.incidentNumber !== null
        ? { reference: { label: common.say("finish.incident-number"), value: context.incidentNumber } }
        : {}),
      take: context.notes.some((note) => note.endsWith("-paper"))
        ? [{ ...common.say("finish.take-paper"), thing: "paper" as const }]
        : [],
    },
    intents: ["FINISH"],
  };
}
