import { assign } from "xstate";
import { z } from "zod";
import { parseRun } from "../../../base/run.ts";
import { told } from "../../../base/told.ts";
import type { JourneyContext } from "../../engine/context.ts";
import { refuse } from "../../engine/refusal.ts";
import { arriveAt, change, endWith, problem } from "../moves.ts";
import type { BuildEnv, StepKind } from "../step.ts";
import { stepBase } from "../step.ts";
import { fingerStates } from "./finger.ts";
import { ASSURANCES, IDENTITY, identitySchema, known, knownByCard, knownByProof } from "./identity.ts";
import { canUsePhone, phoneStates } from "./phone.ts";
import { scanState } from "./scanning.ts";
import { tapStates } from "./tapping.ts";
import { identifyView } from "./view.ts";

const WAYS = ["cedula", "clave-unica"] as const;

const schema = z
  .strictObject({
    ...stepBase,
    kind: z.literal("identify"),
    /** How a person may show who they are: `cedula` by its code, `clave-unica` by logging in on their phone. */
    by: z.array(z.enum(WAYS)).min(1).default(["cedula"]),
    /** Whether a person may type the RUN instead of scanning the cédula. */
    typed: z.boolean().default(false),
    /**
     * Whether the card is tapped after the scan, so that its chip proves that it is true: `offered` goes on without that proof where the
     * kiosk has no reader, the card cannot be read or the citizen does not want to; `required` goes on with it only.
     */
    chip: z.enum(["no", "offered", "required"]).default("no"),
    /**
     * Whether a finger is compared after the card: `offered` goes on without where the kiosk has no reader, nobody answers whose the finger
     * is, the finger does not prove it or the citizen does not want to; `required` goes on with it only.
     */
    finger: z.enum(["no", "offered", "required"]).default("no"),
    /** How well the person must be known when the step is done; the proofs hold every way against it. */
    "at-least": z.enum(ASSURANCES).default("declared"),
  })
  .superRefine(({ by, typed, chip, finger }, context) => {
    if (by.includes("cedula")) return;
    for (const [field, used] of [
      ["typed", typed],
      ["chip", chip !== "no"],
      ["finger", finger !== "no"],
    ] as const)
      if (used)
        refuse(
          context,
          told(`${field} needs the cédula: add cedula to by`, `"${field}" necesita la cédula: agregue cedula en "by"`),
          [field],
        );
  });
export type IdentifyStep = z.infer<typeof schema>;

/** From any page that waits for a card to the phone, where the service takes ClaveÚnica and it answers. */
function usePhone({ id, by }: IdentifyStep) {
  if (!by.includes("clave-unica")) return {};
  const guard = ({ context }: { readonly context: JourneyContext }) => canUsePhone(context);
  return { USE_PHONE: { guard, target: `#${id}.phone`, actions: problem(null) } };
}

/** The card is read: what it has proved is what the person is known by, unless a finger is to prove more. */
function withCard({ id, finger }: IdentifyStep, { next, dependents }: BuildEnv) {
  return (proved: "document-scanned" | "chip-verified") =>
    finger === "no"
      ? { target: next, actions: knownByCard(proved, dependents) }
      : {
          target: `#${id}.fingerDue`,
          actions: change(({ context: { card } }) =>
            card === null ? {} : { proof: { run: card.run, name: card.name, by: proved } },
          ),
        };
}

/** Who is there? From the cédula, from its chip or a finger if the service wants that, or typed. */
export const identify: StepKind<IdentifyStep> = {
  schema,
  page: true,
  texts: () => ({ required: ["title", "body"], optional: [] }),
  result: () => identitySchema,
  exits: () => [],
  build: (step, env) => ({
    entry: arriveAt(step.id),
    initial: "arriving",
    states: {
      arriving: {
        always: [
          {
            guard: ({ context }) =>
              context.changing !== null && context.changing.from !== step.id && context.data[IDENTITY] !== undefined,
            target: env.next,
          },
          ...(step.by.includes("cedula")
            ? [{ target: "scanning" }]
            : [
                { guard: ({ context }: { context: JourneyContext }) => canUsePhone(context), target: "phone" },
                { target: "phoneEnded", actions: problem("unavailable") },
              ]),
        ],
      },
      scanning: scanState({
        target: step.chip === "no" ? "scanned" : "tapping",
        on: {
          BACK: [...env.back],
          TYPE_RUN: { guard: () => step.typed, target: "typing", actions: problem(null) },
          ...usePhone(step),
        },
      }),
      scanned: { always: withCard(step, env)("document-scanned") },
      ...(step.by.includes("clave-unica")
        ? phoneStates({
            step: step.id,
            env,
            back: step.by.includes("cedula")
              ? [{ target: `#${step.id}.scanning`, actions: problem(null) }]
              : [...env.back],
            ...(step.by.includes("cedula") ? { otherwise: "scanning" } : {}),
            proved: { always: { target: env.next, actions: knownByProof(env.dependents) } },
          })
        : {}),
      ...(step.chip === "no" ? {} : tapStates({ step: step.id, chip: step.chip, goOn: withCard(step, env) })),
      ...(step.finger === "no"
        ? {}
        : fingerStates({ step: step.id, finger: step.finger, env, usePhone: usePhone(step) })),
      readerGone: {
        tags: "citizen",
        on: {
          RETRY: { target: "scanning", actions: problem(null) },
          CONTINUE: { guard: () => step.typed, target: "typing", actions: problem(null) },
          ...usePhone(step),
          FINISH: { target: "#ending", actions: endWith({ result: "nothing-done", page: "left" }) },
        },
      },
      typing: {
        tags: "citizen",
        on: {
          BACK: { target: "scanning", actions: problem(null) },
          SUBMIT: [
            {
              guard: ({ event }) => parseRun(event.value).ok,
              target: env.next,
              actions: assign(({ context, event }) => {
                const run = parseRun(event.value);
                return run.ok ? known(context, { run: run.value }, "declared", env.dependents) : {};
              }),
            },
            {
              actions: assign(({ event }) => {
                const run = parseRun(event.value);
                return { draft: event.value, problem: run.ok ? null : `run-${run.error}` };
              }),
            },
          ],
        },
      },
    },
  }),
  view: identifyView,
};
