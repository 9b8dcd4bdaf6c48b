import { told } from "../../../base/told.ts";
import { LIBRARY_FAULT, type PlaceRule, type Proof, refusedByRules } from "../proof.ts";
import type { Place } from "../walk.ts";

/**
 * No way charges twice, and every way on which money may have moved ends with the document in the citizen's hand, with the
 * money back, or with a recorded incident whose number the citizen is told. Held against what devices and institutions
 * answered, not against what the journey believes.
 */
export const money: Proof = (subject) => refusedByRules(subject, MONEY_RULES);

const over = ({ snapshot }: Place) => snapshot.status === "done";
const result = ({ snapshot }: Place) => snapshot.context.ending?.result;

/** Who has paid came for something else. */
const isServed = ({ served, money }: Place["ledger"]) => served && money === "none";

const ISSUE_NEXT = told(
  "Let the issue step follow the payment, and nothing else on any way.",
  "Después del pago siga el paso issue, y nada más, en todos los caminos.",
);

const MONEY_RULES: readonly PlaceRule[] = [
  {
    rule: "money.charged-twice",
    broken: ({ ledger }) => ledger.chargedTwice,
    problem: () => told("the citizen is charged a second time", "se le cobra a la persona por segunda vez"),
    remedy: told(
      "Let no way lead from one payment to another before what was paid for is issued.",
      "Que ningún camino lleve de un pago a otro antes de emitir lo que se pagó.",
    ),
  },
  {
    rule: "money.paid-for-nothing",
    broken: (place) =>
      over(place) && place.ledger.money === "taken" && !place.ledger.inHand && place.ledger.incident === "none",
    problem: () =>
      told(
        "the citizen has paid and leaves with nothing: no document, no money back, no incident",
        "la persona pagó y se va sin nada: sin documento, sin devolución y sin incidente registrado",
      ),
    remedy: ISSUE_NEXT,
  },
  {
    rule: "money.doubt-untold",
    broken: (place) => over(place) && place.ledger.money === "doubt" && place.ledger.incident === "none",
    problem: () =>
      told("nobody learns that the citizen may have paid", "nadie se entera de que la persona puede haber pagado"),
    remedy: ISSUE_NEXT,
  },
  {
    rule: "money.refund-untold",
    broken: (place) =>
      over(place) && place.ledger.money === "returned" && place.ledger.issued && place.ledger.incident === "none",
    problem: () =>
      told(
        "the money is given back although the document may exist, and nobody learns of it",
        "se devuelve el dinero aunque el documento puede existir, y nadie se entera",
      ),
    remedy: told("Issue once for one payment.", "Emita una sola vez por cada pago."),
  },
  {
    rule: "money.delivery-claimed",
    broken: (place) => over(place) && result(place) === "delivered" && !place.ledger.inHand && !isServed(place.ledger),
    problem: () =>
      told(
        "the journey says that the citizen has the document, and nothing has shown it",
        "el trámite dice que la persona tiene el documento, y nada lo ha mostrado",
      ),
    remedy: told(
      "Lead only from the issue step to an end that says so.",
      "Llegue a un final que lo diga solo desde el paso issue.",
    ),
  },
  {
    rule: "money.turn-taken-twice",
    broken: ({ ledger }) => ledger.turnTakenTwice,
    problem: () =>
      told(
        "a second place is taken for a citizen who has one, or may have one",
        "se toma un segundo número u hora para quien ya tiene uno, o puede tenerlo",
      ),
    remedy: LIBRARY_FAULT,
  },
  {
    rule: "money.refund-claimed",
    broken: (place) => over(place) && result(place) === "refunded" && place.ledger.money !== "returned",
    problem: () =>
      told(
        "the journey says that the money was given back, and it was not",
        "el trámite dice que se devolvió el dinero, y no se devolvió",
      ),
    remedy: told(
      "Lead only from the refund to an end that says so.",
      "Llegue a un final que lo diga solo desde la devolución.",
    ),
  },
  {
    rule: "money.incident-untold",
    broken: (place) =>
      place.view.mode === "finished" &&
      place.ledger.incident === "recorded" &&
      result(place) !== "refunded" &&
      !("reference" in place.view.screen),
    problem: () =>
      told("the citizen is not told the number of the incident", "no se le dice a la persona el número del incidente"),
    remedy: told(
      "Show the library's own last page after an incident.",
      "Después de un incidente, muestre la última página propia del sistema.",
    ),
  },
];
