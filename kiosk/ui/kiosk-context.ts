import type { ReadonlySignal } from "@preact/signals";
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Intent, IntentType } from "../../base/contracts/view.ts";
import type { Texts } from "./texts/texts.ts";

/** What every part of a screen may use; the view state itself is handed down as props. */
export type KioskContext = {
  /** `false` when the intent was dropped. */
  readonly send: (intent: Intent) => boolean;
  readonly can: (type: IntentType) => boolean;
  /** An intent is under way. */
  readonly busy: ReadonlySignal<boolean>;
  readonly t: Texts;
};

const Context = createContext<KioskContext | undefined>(undefined);

export const KioskProvider = Context.Provider;

export function useKiosk(): KioskContext {
  const kiosk = useContext(Context);
  if (kiosk === undefined) throw new Error("a part of the screen was drawn outside KioskProvider");
  return kiosk;
}
