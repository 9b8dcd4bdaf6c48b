import type { Intent, IntentType } from "../../../../base/contracts/view.ts";
import { useKiosk } from "../../kiosk-context.ts";
import type { Texts } from "../../texts/texts.ts";
import { Button } from "../button/button.tsx";
import "./actions.css";

export type Offer = { readonly intent: Intent; readonly label: string };

/** Acts that need no more than a touch, in the order in which they stand on the page. */
const PLAIN = [
  ["SKIP", "skip"],
  ["RETRY", "retry"],
  ["CONTINUE", "continue"],
  ["FINISH", "finish"],
] as const satisfies readonly (readonly [IntentType, keyof Texts])[];

export type ActionsProps = {
  /** This screen's own acts, the most wanted last. Those that are not enabled now are left out. */
  readonly offers?: readonly Offer[];
};

/** The row under every page: back at the left, the most wanted act at the right. No enabled act goes without a button. */
export function Actions({ offers = [] }: ActionsProps) {
  const { can, t } = useKiosk();
  const own = new Set(offers.map((offer) => offer.intent.type));
  const plain = PLAIN.filter(([type]) => !own.has(type)).map(
    ([type, label]): Offer => ({ intent: { type }, label: t[label] }),
  );
  const shown = [...plain, ...offers].filter((offer) => can(offer.intent.type));
  const back = can("BACK") && !own.has("BACK");
  if (shown.length === 0 && !back) return null;
  return (
    <div class="actions">
      {back && <Button label={t.back} icon="back" intent={{ type: "BACK" }} />}
      {shown.map((offer, place) => (
        <Button
          key={offer.intent.type}
          label={offer.label}
          intent={offer.intent}
          variant={place === shown.length - 1 && offer.intent.type !== "SKIP" ? "primary" : "secondary"}
        />
      ))}
    </div>
  );
}
