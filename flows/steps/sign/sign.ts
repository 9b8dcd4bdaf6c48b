import { assign } from "xstate";
import { z } from "zod";
import { SUBMISSIONS } from "../../../base/contracts/gateway.ts";
import type { Outcome } from "../../../base/outcome.ts";
import type { JourneyContext } from "../../engine/context.ts";
import { DELAYS } from "../../engine/delays.ts";
import { valueAt } from "../../engine/expression.ts";
import type { Json } from "../../engine/ports.ts";
import { COPY_WAYS, handOffStates } from "../hand-off.ts";
import { IDENTITY } from "../identify/identity.ts";
import { canUsePhone, phoneStates } from "../identify/phone.ts";
import { scanState } from "../identify/scanning.ts";
import { tapStates } from "../identify/tapping.ts";
import { arriveAt, change, effectName, endWith, incidentOf, newEffect, problem, promised, stored } from "../moves.ts";
import { paperState, receiptOf } from "../paper.ts";
import { nameSchema } from "../schema.ts";
import type { BuildEnv, StepKind } from "../step.ts";
import { stepBase } from "../step.ts";
import { declared, isLastPage, turn } from "./declaration.ts";
import { recordInput } from "./record.ts";
import { signView } from "./view.ts";

/** How a citizen proves, right there, that it is they who sign: each is a second proof, besides the identification. */
export const SIGN_WAYS = ["cedula", "clave-unica"] as const;

const schema = z.strictObject({
  ...stepBase,
  kind: z.literal("sign"),
  /** `cedula`: by the chip of their cédula, shown again; `clave-unica`: by logging in on their phone. */
  with: z.array(z.enum(SIGN_WAYS)).min(1),
  /** The receipt that the citizen takes. */
  prints: nameSchema,
  /** Whether a copy is offered although the paper came out; a list says in which ways, also when the paper failed. */
  "offer-copy": z.union([z.boolean(), z.array(z.enum(COPY_WAYS)).min(1)]).default(false),
});
export type SignStep = z.infer<typeof schema>;

/**
 * Shows what the citizen declares, whole and page by page, takes a second proof that it is they who sign, has the gateway record it, and
 * hands over the receipt. From the moment in which it may be recorded no way ends without receipt or incident.
 */
export const sign: StepKind<SignStep> = {
  schema,
  page: true,
  texts: () => ({ required: ["title", "declaration"], optional: [] }),
  result: () => SUBMISSIONS["signature.record"].result,
  exits: () => [],
  build: (step, env) => ({
    entry: arriveAt(step.id),
    initial: "asking",
    states: {
      /** Nobody reads and proves in vain: whether it can be recorded is asked first. */
      asking: {
        tags: "busy",
        invoke: {
          src: "lookUp",
          input: ({ context }) => ({ ports: context.ports, operation: "signature.ready", input: {} }),
          onDone: [
            {
              guard: ({ context, event }) => isReady(event.output) && hasWay(step, context),
              target: "reading",
            },
            { target: "away" },
          ],
          onError: "away",
        },
        after: { [DELAYS.lookUp]: "away" },
      },
      away: { tags: "citizen", on: { RETRY: "asking", BACK: [...env.back], FINISH: leave } },
      reading: {
        tags: "citizen",
        on: {
          CONTINUE: {
            guard: ({ context }) => !isLastPage(step.id, env, context),
            actions: turn(1),
          },
          BACK: [{ guard: ({ context }) => declared(step.id, env, context).page > 0, actions: turn(-1) }, ...env.back],
          ...waysToSign(step, env),
        },
      },
      ...(step.with.includes("cedula") ? cardStates(step) : {}),
      ...(step.with.includes("clave-unica")
        ? phoneStates({
            step: step.id,
            env,
            back: { target: `#${step.id}.reading`, actions: problem(null) },
            otherwise: "reading",
            proved: { always: `#${step.id}.judging` },
            about: (texts) => texts.say(`${step.id}.title`).text,
            purpose: "sign",
          })
        : {}),
      /** It must be the one who was identified, and nobody else who stands by. */
      judging: {
        always: [
          {
            guard: ({ context }) =>
              context.proof !== null && context.proof.run === valueAt(context.data, [IDENTITY, "run"]),
            target: "recording",
            actions: [newEffect(effectOf(step.id)), begun(step.id)],
          },
          { target: "otherPerson", actions: change(() => ({ proof: null, problem: null })) },
        ],
      },
      otherPerson: { tags: "citizen", on: { RETRY: "reading", FINISH: leave } },
      recording: {
        tags: "busy",
        invoke: {
          src: "submit",
          input: ({ context }) => ({
            ports: context.ports,
            effect: effectName(context, effectOf(step.id)),
            operation: "signature.record",
            input: recordInput(step.id, env, context),
          }),
          onDone: [
            {
              guard: ({ event }) => promised("signature.record", event.output),
              target: "printing",
              actions: [
                assign(({ context, event }) => ({
                  ...stored(
                    context,
                    step.id,
                    event.output.outcome === "ok" ? event.output.value : null,
                    env.dependents,
                  ),
                  unreceipted: { effect: effectName(context, effectOf(step.id)), recorded: true },
                  proof: null,
                  attempts: 0,
                })),
                newEffect("print-signature"),
              ],
            },
            { guard: ({ event }) => event.output.outcome === "error", target: "notRecorded", actions: nothingSigned },
            { target: "inDoubt" },
          ],
          onError: "inDoubt",
        },
        after: { [DELAYS.submit]: "inDoubt" },
      },
      /** Nothing was signed. Whoever tries again proves again: a proof is for one signature. */
      notRecorded: { tags: "citizen", on: { RETRY: "asking", FINISH: leave } },
      /** It is sent again under the same name, with the same proof. */
      inDoubt: {
        tags: "citizen",
        on: { RETRY: "recording", FINISH: { target: "#incident", actions: signedOrNot(step.id) } },
      },
      printing: paperState("print-signature", "sorting", (context) =>
        // In the citizen's language: it is theirs to keep.
        receiptOf(step.prints, env, context),
      ),
      sorting: {
        always: [
          { guard: ({ context }) => context.prints[0] === "unconfirmed", target: "checking" },
          { guard: ({ context }) => context.prints[0] !== "done", target: "offering" },
          { target: "received" },
        ],
      },
      /** The printer could not confirm: only the citizen can see whether the paper is there. */
      checking: { tags: "citizen", on: { CONTINUE: "received", RETRY: "offering" } },
      received: {
        entry: assign({ delivered: true }),
        always: [{ guard: () => step["offer-copy"] !== false, target: "offering" }, { target: "done" }],
      },
      ...handOffStates(step.id, step["offer-copy"], (context) => String(valueAt(context.data, [step.id, "folio"]))),
      done: { always: { target: env.next, actions: assign({ unreceipted: null }) } },
    },
  }),
  view: signView,
};

const leave = { target: "#ending", actions: endWith({ result: "nothing-done", page: "left" }) };

/** From now on it may be recorded. What was handed over before is not its receipt. */
const begun = (step: string) =>
  change(({ context }) => ({
    unreceipted: { effect: effectName(context, effectOf(step)), recorded: false },
    delivered: false,
    problem: null,
  }));

const nothingSigned = change(() => ({ unreceipted: null, proof: null }));

const signedOrNot = (step: string) =>
  incidentOf((context) => ({ kind: "signature-unknown", effects: [effectName(context, effectOf(step))] }));

/** Each step signs under a name of its own. */
function effectOf(step: string): string {
  return `sign-${step}`;
}

/** On the last page, in the language in which all of it was read. */
function waysToSign(step: SignStep, env: BuildEnv) {
  const readWhole = ({ context }: { readonly context: JourneyContext }) => isLastPage(step.id, env, context);
  const actions = [turn(0), problem(null)];
  return {
    ...(step.with.includes("cedula") ? { CONFIRM: { guard: readWhole, target: "scanning", actions } } : {}),
    ...(step.with.includes("clave-unica")
      ? {
          USE_PHONE: {
            guard: (state: { readonly context: JourneyContext }) => canUsePhone(state.context) && readWhole(state),
            target: "phone",
            actions,
          },
        }
      : {}),
  };
}

/** The cédula is shown and its chip read anew: nothing of the identification's card was kept. */
function cardStates({ id }: SignStep) {
  return {
    scanning: scanState({
      signer: true,
      target: "tapping",
      on: { BACK: { target: "reading", actions: problem(null) } },
    }),
    readerGone: {
      tags: "citizen" as const,
      on: { RETRY: "scanning", BACK: { target: "reading", actions: problem(null) }, FINISH: leave },
    },
    ...tapStates({
      step: id,
      chip: "required",
      goOn: () => ({ target: `#${id}.judging`, actions: problem(null) }),
      otherwise: `#${id}.reading`,
    }),
  };
}

function isReady(outcome: Outcome<Json>): boolean {
  return outcome.outcome === "ok" && valueAt({ answer: outcome.value }, ["answer", "ready"]) === true;
}

function hasWay(step: SignStep, context: JourneyContext): boolean {
  return step.with.includes("cedula") || canUsePhone(context);
}
