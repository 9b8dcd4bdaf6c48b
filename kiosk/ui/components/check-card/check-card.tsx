import { Icon } from "../icon/icon.tsx";
import "../option-card/option-card.css";
import "./check-card.css";

export type CheckCardProps = {
  readonly label: string;
  readonly detail?: string | undefined;
  readonly checked: boolean;
  readonly onToggle: () => void;
};

/** One answer of several that may be chosen together; a touch anywhere on it puts the mark or takes it away. */
export function CheckCard({ label, detail, checked, onToggle }: CheckCardProps) {
  return (
    <button type="button" aria-pressed={checked} class="option-card check-card" onClick={onToggle}>
      <span class="check-card__box">{checked && <Icon name="check" />}</span>
      <span class="option-card__words">
        <span class="option-card__label">{label}</span>
        {detail && <span class="option-card__detail">{detail}</span>}
      </span>
    </button>
  );
}
