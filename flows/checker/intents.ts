import type { Intent, Screen } from "../../base/contracts/view.ts";
import type { JourneyView } from "../compiler/compiled.ts";
import type { Tested } from "./samples.ts";

/** A good value for each kind of input, and one that is none. */
const TYPED: { readonly [I in Extract<Screen, { kind: "ask" }>["input"]]: readonly string[] } = {
  text: ["x", ""],
  email: ["a@b.example", "bad"],
  number: ["1", "bad"],
  run: ["11.111.111-1", "bad"],
};

/** What a citizen can do on a page: every button, every option, and of what can be typed one that is right and one that is wrong. */
export function possibleIntents({ screen, intents, mode }: JourneyView, tested: Tested): Intent[] {
  if (mode === "busy") return [];
  return intents.flatMap((type): Intent[] => {
    switch (type) {
      case "SELECT":
        if (screen.kind === "choose") return screen.options.map(({ id }) => ({ type, option: id }));
        return screen.kind === "survey" ? [{ type, option: String(screen.scale.to) }] : [];
      case "SUBMIT":
        return screen.kind === "ask"
          ? [...TYPED[screen.input], ...namedTexts(tested)].map((value) => ({ type, value }))
          : [];
      case "CHANGE":
        return screen.kind === "review"
          ? screen.rows.filter(({ changeable }) => changeable).map(({ id }) => ({ type, row: id }))
          : [];
      case "SET_LOCALE":
      case "OPEN_SERVICE":
        return [];
      default:
        return [{ type }];
    }
  });
}

/** Answers that conditions name. */
function namedTexts(tested: Tested): string[] {
  return (tested.get("value") ?? []).filter((value) => typeof value === "string");
}
