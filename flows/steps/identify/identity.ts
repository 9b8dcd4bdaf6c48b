import { z } from "zod";
import type { JourneyContext } from "../../engine/context.ts";
import { change, stored } from "../moves.ts";

/**
 * How far the identity is known.
 *
 * - `declared`: somebody typed this RUN.
 * - `document-scanned`: somebody showed a code with this RUN, which anybody can print.
 * - `chip-verified`: the chip that belongs to the scanned document was here, a State signed its content, it is no copy, and it says the
 *   same RUN. That proves the document, not the person: who holds it may not be its owner.
 * - `clave-unica`: somebody logged in at ClaveÚnica on a phone, and named the number that this kiosk showed. That proves that they have this
 *   person's password (and second factor, where there is one), and that they see this kiosk or are told what it shows.
 * - `finger-verified`: somebody showed a code with this RUN and laid a finger on the reader, and whoever keeps fingerprints says that it is
 *   this person's.
 *
 * From the least to the most, as services demand it with `at-least`. The order is a reading of ours (decisions 0025 and 0033), not a law.
 */
export const ASSURANCES = ["declared", "document-scanned", "chip-verified", "clave-unica", "finger-verified"] as const;
export type Assurance = (typeof ASSURANCES)[number];

/** Whether an assurance is what a service demands, or more. */
export function reaches(assurance: unknown, least: Assurance): boolean {
  return (ASSURANCES as readonly unknown[]).indexOf(assurance) >= ASSURANCES.indexOf(least);
}

export const identitySchema = z.strictObject({
  run: z.string(),
  name: z.string().optional(),
  assurance: z.enum(ASSURANCES),
});

/** Under this name the identity is read, whatever the step is called. */
export const IDENTITY = "identity";

/** The person is known as `who` says, with this assurance and no more. */
export function known(
  context: JourneyContext,
  who: { readonly run: string; readonly name?: string | undefined },
  assurance: Assurance,
  dependents: readonly string[],
): Partial<JourneyContext> {
  const { run, name } = who;
  return stored(context, IDENTITY, { run, assurance, ...(name === undefined ? {} : { name }) }, dependents);
}

/** Who has just proved who they are, known as well as that proves it. */
export function knownByProof(dependents: readonly string[]) {
  return change(({ context }) =>
    context.proof === null ? {} : { ...known(context, context.proof, context.proof.by, dependents), proof: null },
  );
}

/** The scanned card's person, known with `assurance`. */
export function knownByCard(assurance: Assurance, dependents: readonly string[]) {
  return change(({ context }) =>
    context.card === null ? {} : { ...known(context, context.card, assurance, dependents), proof: null },
  );
}
