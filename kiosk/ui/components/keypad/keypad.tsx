import { useKiosk } from "../../kiosk-context.ts";
import { Key } from "./key.tsx";
import "./keypad.css";

export type KeypadProps = {
  /** Whether the RUN's check character K has a key. */
  readonly withK: boolean;
  readonly onType: (character: string) => void;
  readonly onErase: () => void;
  readonly onEraseAll: () => void;
};

/** Digits as on a telephone, 1 at the top: the order that payment terminals and cash machines in Chile have. */
export function Keypad({ withK, onType, onErase, onEraseAll }: KeypadProps) {
  const { t } = useKiosk();
  return (
    <fieldset class="keypad" aria-label={t.keypad}>
      {["1", "2", "3", "4", "5", "6", "7", "8", "9"].map((digit) => (
        <Key key={digit} label={digit} onPress={() => onType(digit)} />
      ))}
      {withK ? <Key label="K" onPress={() => onType("K")} /> : <Key label={t.eraseAll} small onPress={onEraseAll} />}
      <Key label="0" onPress={() => onType("0")} />
      <Key label={t.erase} small icon="erase" onPress={onErase} />
    </fieldset>
  );
}
