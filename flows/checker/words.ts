import { type Language, type Told, told } from "../../base/told.ts";
import type { Move, Place } from "./walk.ts";
import { wayTo } from "./walk.ts";

/** The shortest way to `place`, one line for each thing that happens: `pay: the card is charged`. */
export function inWords(place: Place, language: Language): string[] {
  return wayTo(place).map(({ place: from, move }) => `${from.step}: ${moveInWords(move)[language]}`);
}

export function moveInWords(move: Move): Told {
  switch (move.by) {
    case "citizen":
      return intentInWords(move.intent);
    case "leaving":
      return told("the citizen walks away", "la persona se va");
    case "news":
      return move.news.words;
    case "port":
      return move.answer.words;
    case "deadline": {
      const seconds = move.milliseconds / 1000;
      return told(`nothing is heard for ${seconds} seconds`, `no pasa nada durante ${seconds} segundos`);
    }
  }
}

function intentInWords(intent: Extract<Move, { by: "citizen" }>["intent"]): Told {
  switch (intent.type) {
    case "SELECT":
      return told(`the citizen chooses "${intent.option}"`, `la persona elige "${intent.option}"`);
    case "SUBMIT":
      return told(`the citizen types "${intent.value}"`, `la persona escribe "${intent.value}"`);
    case "CHOOSE": {
      const options = intent.options.map((option) => `"${option}"`).join(", ");
      return options === ""
        ? told("the citizen chooses nothing", "la persona no elige nada")
        : told(`the citizen chooses ${options}`, `la persona elige ${options}`);
    }
    case "CHANGE":
      return told(`the citizen changes "${intent.row}"`, `la persona cambia "${intent.row}"`);
    case "REMOVE":
      return told("the citizen takes a page out", "la persona quita una hoja");
    case "CONFIRM":
      return told("the citizen presses the button that confirms", "la persona aprieta el botón que confirma");
    default: {
      const button = BUTTONS[intent.type] ?? intent.type;
      return told(`the citizen presses ${button}`, `la persona aprieta ${button}`);
    }
  }
}

/** What stands on the buttons of the kiosk. */
const BUTTONS: { readonly [intent: string]: string } = {
  CONTINUE: '"Continuar"',
  BACK: '"Volver"',
  ACCEPT: '"Acepto"',
  REFUSE: '"No acepto"',
  RETRY: '"Intentar otra vez"',
  FINISH: '"Terminar"',
  SKIP: '"Omitir"',
  SCAN: '"Escanear"',
  TYPE_RUN: '"Escribir mi RUN"',
  USE_PHONE: '"Entrar con ClaveÚnica"',
};
