import { told } from "../../../base/told.ts";
import { valueAt } from "../../engine/expression.ts";
import { IDENTITY, reaches } from "../../steps/identify/identity.ts";
import { LIBRARY_FAULT, type PlaceRule, type Proof, refusedByRules } from "../proof.ts";
import type { Place } from "../walk.ts";

/**
 * Nothing is signed but by the person who was identified and has proved it once more for this signature alone, and nothing of which they
 * have not had every word before them; nothing is signed twice; and no way on which something is signed, or may be, ends without its
 * receipt or a recorded incident. Held against what devices and institutions answered, not against what the journey believes.
 */
export const signing: Proof = (subject) => refusedByRules(subject, SIGNING_RULES);

const known = ({ snapshot }: Place) => valueAt(snapshot.context.data, [IDENTITY, "assurance"]);

const SIGNING_RULES: readonly PlaceRule[] = [
  {
    rule: "signing.unidentified",
    broken: (place) => place.view.screen.kind === "sign" && !reaches(known(place), "document-scanned"),
    problem: (place) =>
      told(
        `"${place.step}" asks for the signature of somebody who is ${known(place) ?? "not identified"}`,
        `"${place.step}" pide la firma de alguien que está ${known(place) ?? "sin identificar"}`,
      ),
    remedy: told(
      "Identify the citizen before, by more than a RUN that was typed.",
      "Identifique antes a la persona, por algo más que un RUN escrito.",
    ),
  },
  {
    rule: "signing.unproved",
    broken: ({ ledger }) => ledger.unproved,
    problem: ({ step }) =>
      told(`"${step}" signs without a new proof of who signs`, `"${step}" firma sin una nueva prueba de quién firma`),
    remedy: LIBRARY_FAULT,
  },
  {
    rule: "signing.unread",
    broken: ({ ledger }) => ledger.unread,
    problem: ({ step }) => told(`"${step}" signs what was not shown`, `"${step}" firma lo que no se mostró`),
    remedy: LIBRARY_FAULT,
  },
  {
    rule: "signing.twice",
    broken: ({ ledger }) => ledger.signedTwice,
    problem: ({ step }) =>
      told(
        `"${step}" signs a second time what is signed, or may be`,
        `"${step}" firma por segunda vez lo que está firmado, o puede estarlo`,
      ),
    remedy: told("Let no way lead back to what was signed.", "Que ningún camino vuelva a lo que se firmó."),
  },
  {
    rule: "signing.no-receipt",
    broken: ({ snapshot, ledger }) =>
      snapshot.status === "done" &&
      (ledger.signed === "yes" || ledger.signed === "doubt") &&
      ledger.incident === "none",
    problem: () =>
      told(
        "the citizen has signed, or may have, and leaves with nothing: no receipt, no incident",
        "la persona firmó, o puede haber firmado, y se va sin nada: ni comprobante, ni incidente",
      ),
    remedy: LIBRARY_FAULT,
  },
];
