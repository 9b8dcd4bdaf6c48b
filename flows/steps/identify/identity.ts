import { z } from "zod";
import type { JourneyContext } from "../../engine/context.ts";
import { change, stored } from "../moves.ts";

/**
 * How far the identity is known.
 *
 * - `declared`: somebody typed this RUN.
 * - `document-scanned`: somebody showed a code with this RUN, which anybody can print.
 * - `chip-verified`: the chip that belongs to the scanned document was here, a State signed its content, it is no copy, and it says the
 *   same RUN. That proves the document, not the person: who holds it may not be its owner. Only a comparison with the face or the
 *   finger could tell, and none is made.
 */
export const ASSURANCES = ["declared", "document-scanned", "chip-verified"] as const;
export type Assurance = (typeof ASSURANCES)[number];

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

/** The scanned card's person, known with `assurance`. */
export function knownByCard(assurance: Assurance, dependents: readonly string[]) {
  return change(({ context }) => (context.card === null ? {} : known(context, context.card, assurance, dependents)));
}
