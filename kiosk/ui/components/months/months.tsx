import { useKiosk } from "../../kiosk-context.ts";
import { Key } from "../keypad/key.tsx";
import "./months.css";

export type MonthsProps = {
  /** From 1. */
  readonly onChoose: (month: number) => void;
};

/** The twelve months by their names: nobody has to know which number April has. */
export function Months({ onChoose }: MonthsProps) {
  const { t } = useKiosk();
  return (
    <fieldset class="keypad months" aria-label={t.months}>
      {t.monthNames.map((name, place) => (
        <Key key={name} label={name} small onPress={() => onChoose(place + 1)} />
      ))}
    </fieldset>
  );
}
