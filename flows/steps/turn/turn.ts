import { z } from "zod";
import { SUBMISSIONS } from "../../../base/contracts/gateway.ts";
import { told } from "../../../base/told.ts";
import { refuse } from "../../engine/refusal.ts";
import { arriveAt } from "../moves.ts";
import { templateSchema } from "../schema.ts";
import type { StepKind } from "../step.ts";
import { stepBase } from "../step.ts";
import { TAKES, turnStates } from "./states.ts";
import { turnView } from "./view.ts";

const schema = z
  .strictObject({
    ...stepBase,
    kind: z.literal("turn"),
    /** `queue`: a number for today, in a queue of this office; `appointment`: an hour on another day. */
    book: z.enum(["queue", "appointment"]).default("queue"),
    /** What the appointment is for, by the institution's name. */
    matter: z.string().min(1).optional(),
    /** Whose turn it is; a queue takes people without. */
    run: templateSchema.optional(),
    /** Whether a copy on the phone or by e-mail is offered. */
    "offer-copy": z.boolean().default(false),
  })
  .superRefine(({ book, matter, run }, context) => {
    if (book === "appointment" && matter === undefined)
      refuse(context, told("an appointment is for some matter", 'una hora se toma para algo: agregue "matter"'), [
        "matter",
      ]);
    if (book === "appointment" && run === undefined)
      refuse(
        context,
        told("an appointment is somebody's: name the RUN", 'una hora es de alguien: agregue "run" con el RUN'),
        ["run"],
      );
    if (book === "queue" && matter !== undefined)
      refuse(context, told("the citizen chooses the queue", 'la fila la elige la persona: quite "matter"'), ["matter"]);
  });
export type TurnStep = z.infer<typeof schema>;

/**
 * Takes one place for the citizen: a number in a queue of the office, or an hour on another day. It is taken once: in doubt the same
 * effect is submitted again, and an hour that somebody else has taken meanwhile is told, with the others.
 */
export const turn: StepKind<TurnStep> = {
  schema,
  page: true,
  texts: () => ({ required: ["title"], optional: ["hint"] }),
  result: ({ book }) => SUBMISSIONS[TAKES[book]].result,
  exits: () => [],
  build: (step, env) => ({ entry: arriveAt(step.id), initial: "arriving", states: turnStates(step, env) }),
  view: turnView,
};
