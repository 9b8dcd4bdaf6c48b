import { told } from "../../../base/told.ts";
import { LIBRARY_FAULT, type Proof, refusedByRules } from "../proof.ts";
import type { Place } from "../walk.ts";

/**
 * Help, another language and leaving are in reach everywhere. The session lays help and language over every page; it is shown
 * here that the journey bears it: in every state it takes the other language without losing its place, wherever the citizen may
 * leave it can be left, and a page that asks something can be gone back from or left without loss of what was paid.
 */
export const help: Proof = (subject) => {
  const { service, unheard } = subject.walk;
  const { machine, definition } = service;
  const held = new Set(unheard.flatMap(({ place, move }) => (move.by === "leaving" ? [place] : [])));
  return refusedByRules(subject, [
    {
      rule: "help.language",
      broken: ({ snapshot }) => !machine.getTransitionData(snapshot, { type: "SET_LOCALE", locale: "en" })?.length,
      problem: ({ step }) => told(`"${step}" cannot change the language`, `en "${step}" no se puede cambiar el idioma`),
      remedy: LIBRARY_FAULT,
    },
    {
      rule: "help.cannot-leave",
      broken: (place) => held.has(place),
      problem: ({ step }) => told(`"${step}" cannot be left`, `de "${step}" no se puede salir`),
      remedy: LIBRARY_FAULT,
    },
    {
      rule: "help.no-way-back",
      broken: (place) => asks(place) && place.step !== definition.steps[0]?.id && !canGoBack(place),
      problem: ({ step }) =>
        told(
          `the page of "${step}" offers no way back and no way out`,
          `la página de "${step}" no ofrece cómo volver ni cómo salir`,
        ),
      remedy: told(
        "Ask before the payment: nobody can go back behind it.",
        "Pregunte antes del pago: después de pagar nadie puede volver.",
      ),
    },
  ]);
};

const ASKING = ["ask", "choose", "choose-many", "identify", "consent", "review", "inform", "sign"];

/** Pages on which a citizen must answer before anything goes on, and has nothing in hand yet. */
function asks({ view, ledger }: Place): boolean {
  return ASKING.includes(view.screen.kind) && !ledger.inHand && !ledger.served;
}

/** Back, out, or to a person: an incident gives the citizen a number for the counter. */
function canGoBack({ on, step, leaf, view }: Place): boolean {
  return on.some(
    ({ move, to }) =>
      move.by === "citizen" &&
      (to.step === "incident" ||
        (["BACK", "REFUSE"].includes(move.intent.type) &&
          (to.step !== step || to.leaf !== leaf || pageIn(to.view) !== pageIn(view)))),
  );
}

/** Of a text that is read on several pages, the page. */
function pageIn({ screen }: Place["view"]): string | undefined {
  return screen.kind === "sign" ? screen.page.text : undefined;
}
