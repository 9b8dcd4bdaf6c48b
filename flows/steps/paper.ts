import { assign } from "xstate";
import type { Outcome } from "../../base/outcome.ts";
import type { ReceiptDocument } from "../../drivers/receipt-printer/document.ts";
import type { PrintResult } from "../../drivers/receipt-printer/interface.ts";
import type { DeliveryState, JourneyContext } from "../engine/context.ts";
import { DELAYS } from "../engine/delays.ts";
import type { JourneyState } from "../engine/journey.ts";
import { renderReceipt } from "../receipts/template.ts";
import { effectName } from "./moves.ts";
import type { BuildEnv, StepView, ViewEnv } from "./step.ts";

/**
 * A paper that the service has of its own, by its name there.
 *
 * @param locale of what stands on it; its `say` blocks follow the citizen's language always.
 */
export function receiptOf(
  name: string,
  { service }: BuildEnv,
  context: JourneyContext,
  locale = context.locale,
): ReceiptDocument {
  const template = service.receipts.get(name);
  if (template === undefined) throw new Error("the compiler let a receipt through that does not exist");
  const scope = service.scope({ ...context, locale });
  return renderReceipt(template, scope, service.speaker(context), locale, context.site.demo);
}

/** A ticket that the printer took back is no ticket in the hand. */
export function printOutcome(outcome: Outcome<PrintResult>): DeliveryState {
  if (outcome.outcome !== "ok" || outcome.value.presented === "retracted") return "failed";
  return outcome.value.confirmed ? "done" : "unconfirmed";
}

/**
 * Prints one paper that the citizen can do without, because the screen says the same. `prints` tells how it ended; the effect was
 * begun under `base` before.
 */
export function paperState(
  base: string,
  target: string,
  document: (context: JourneyContext) => ReceiptDocument,
): JourneyState {
  return {
    tags: "busy",
    entry: assign({ progress: null, prints: ["working"] }),
    invoke: {
      src: "print",
      input: ({ context, self }) => ({
        ports: context.ports,
        effect: effectName(context, base),
        document: document(context),
        notify: (event) => self.send(event),
      }),
      onDone: { target, actions: assign({ prints: ({ event }) => [printOutcome(event.output)] }) },
      onError: { target, actions: assign({ prints: ["failed"] }) },
    },
    after: { [DELAYS.print]: { target, actions: assign({ prints: ["failed"] }) } },
    on: { PRINT_PROGRESS: { actions: assign({ progress: ({ event }) => event.progress }) } },
  };
}

/** @param key of the texts `<key>-title` and `<key>-paper`. */
export function paperPage(env: ViewEnv, key: string): StepView {
  return {
    screen: {
      kind: "deliver",
      title: env.common.say(`${key}-title`),
      items: [{ id: "paper", label: env.common.say(`${key}-paper`), state: env.context.prints[0] ?? "waiting" }],
      instruction: env.common.say(env.context.progress === "presented" ? "deliver.take" : "deliver.wait"),
    },
    intents: [],
  };
}
