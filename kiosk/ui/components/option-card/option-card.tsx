import type { Intent } from "../../../../base/contracts/view.ts";
import { usePress } from "../button/button.tsx";
import { Icon, type IconName } from "../icon/icon.tsx";
import "./option-card.css";

export type OptionCardProps = {
  readonly label: string;
  readonly intent: Intent;
  readonly detail?: string | undefined;
  readonly price?: string | undefined;
  readonly icon?: IconName;
  readonly selected?: boolean;
};

/** One answer of several; a touch anywhere on it is the answer. */
export function OptionCard({ label, intent, detail, price, icon, selected = false }: OptionCardProps) {
  const { press, pressed } = usePress();
  return (
    <button
      type="button"
      class="option-card"
      data-intent={intent.type}
      aria-disabled={pressed}
      aria-current={selected ? "true" : undefined}
      onClick={() => press(intent)}
    >
      {icon && <Icon name={icon} />}
      <span class="option-card__words">
        <span class="option-card__label">{label}</span>
        {detail && <span class="option-card__detail">{detail}</span>}
      </span>
      {price && <span class="option-card__price">{price}</span>}
      <Icon name={selected ? "check" : "forward"} />
    </button>
  );
}
