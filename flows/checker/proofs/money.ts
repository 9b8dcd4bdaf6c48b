import { type PlaceRule, type Proof, refusedByRules } from "../proof.ts";
import type { Place } from "../walk.ts";

/**
 * No way charges twice, and every way on which money may have moved ends with the document in the citizen's hand, with the
 * money back, or with a recorded incident whose number the citizen is told. Held against what devices and institutions
 * answered, not against what the journey believes.
 */
export const money: Proof = (subject) => refusedByRules(subject, MONEY_RULES);

const over = ({ snapshot }: Place) => snapshot.status === "done";
const result = ({ snapshot }: Place) => snapshot.context.ending?.result;

const MONEY_RULES: readonly PlaceRule[] = [
  {
    rule: "money.charged-twice",
    broken: ({ ledger }) => ledger.chargedTwice,
    problem: () => "the citizen is charged a second time",
    remedy: "Let no way lead from one payment to another before what was paid for is issued.",
  },
  {
    rule: "money.paid-for-nothing",
    broken: (place) =>
      over(place) && place.ledger.money === "taken" && !place.ledger.inHand && place.ledger.incident === "none",
    problem: () => "the citizen has paid and leaves with nothing: no document, no money back, no incident",
    remedy: "Let the issue step follow the payment, and nothing else on any way.",
  },
  {
    rule: "money.doubt-untold",
    broken: (place) => over(place) && place.ledger.money === "doubt" && place.ledger.incident === "none",
    problem: () => "nobody learns that the citizen may have paid",
    remedy: "Let the issue step follow the payment, and nothing else on any way.",
  },
  {
    rule: "money.refund-untold",
    broken: (place) =>
      over(place) &&
      place.ledger.money === "returned" &&
      place.ledger.issued !== "no" &&
      place.ledger.incident === "none",
    problem: () => "the money is given back although the document may exist, and nobody learns of it",
    remedy: "Issue once for one payment.",
  },
  {
    rule: "money.delivery-claimed",
    broken: (place) => over(place) && result(place) === "delivered" && !place.ledger.inHand,
    problem: () => "the journey says that the citizen has the document, and nothing has shown it",
    remedy: "Lead only from the issue step to an end that says so.",
  },
  {
    rule: "money.refund-claimed",
    broken: (place) => over(place) && result(place) === "refunded" && place.ledger.money !== "returned",
    problem: () => "the journey says that the money was given back, and it was not",
    remedy: "Lead only from the refund to an end that says so.",
  },
  {
    rule: "money.incident-untold",
    broken: ({ ledger, view }) =>
      view.mode === "finished" &&
      ledger.incident === "recorded" &&
      !(view.screen.kind === "finish" && (view.screen.reference !== undefined || view.screen.result === "refunded")),
    problem: () => "the citizen is not told the number of the incident",
    remedy: "Show the library's own last page after an incident.",
  },
];
