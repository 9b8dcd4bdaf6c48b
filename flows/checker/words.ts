import type { Move, Place } from "./walk.ts";
import { wayTo } from "./walk.ts";

/** The shortest way to `place`, one line for each thing that happens: `pay: the card is charged`. */
export function inWords(place: Place): string[] {
  return wayTo(place).map(({ place: from, move }) => `${from.step}: ${moveInWords(move)}`);
}

export function moveInWords(move: Move): string {
  switch (move.by) {
    case "citizen":
      return intentInWords(move.intent);
    case "leaving":
      return "the citizen walks away";
    case "card":
      return "a card lies on the chip card reader";
    case "port":
      return move.answer.words;
    case "deadline":
      return `nothing is heard for ${move.milliseconds / 1000} seconds`;
  }
}

function intentInWords(intent: Extract<Move, { by: "citizen" }>["intent"]): string {
  switch (intent.type) {
    case "SELECT":
      return `the citizen chooses "${intent.option}"`;
    case "SUBMIT":
      return `the citizen types "${intent.value}"`;
    case "CHANGE":
      return `the citizen changes "${intent.row}"`;
    default:
      return `the citizen presses ${BUTTONS[intent.type] ?? intent.type}`;
  }
}

/** What stands on the buttons of the kiosk. */
const BUTTONS: { readonly [intent: string]: string } = {
  CONTINUE: '"Continuar"',
  BACK: '"Volver"',
  ACCEPT: '"Acepto"',
  REFUSE: '"No acepto"',
  CONFIRM: "the button that confirms",
  RETRY: '"Intentar otra vez"',
  FINISH: '"Terminar"',
  SKIP: '"Omitir"',
  TYPE_RUN: '"Escribir mi RUN"',
};
