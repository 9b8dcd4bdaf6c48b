import { useSignal } from "@preact/signals";
import { useKiosk } from "../../kiosk-context.ts";
import { Key } from "../keypad/key.tsx";
import { EMAIL_ENDINGS, LAYERS, type Layer } from "./layers.ts";
import "./keyboard.css";

export type KeyboardProps = {
  readonly mode: "text" | "email";
  readonly onType: (characters: string) => void;
  readonly onErase: () => void;
};

/** Our own keyboard: keys of 20 mm, no long presses, no system surface that could open something else. */
export function Keyboard({ mode, onType, onErase }: KeyboardProps) {
  const { t } = useKiosk();
  const layer = useSignal<Layer>("letters");
  const capitals = useSignal(false);
  const show = (wanted: Layer) => {
    layer.value = layer.value === wanted ? "letters" : wanted;
  };
  const type = (sign: string) => {
    onType(capitals.value ? sign.toUpperCase() : sign);
    capitals.value = false;
  };
  const rows = LAYERS[layer.value];
  return (
    <fieldset class="keyboard" aria-label={t.keyboard}>
      {mode === "email" && (
        <div class="keyboard__row keyboard__row--endings">
          {EMAIL_ENDINGS.map((ending) => (
            <Key key={ending} label={ending} small wide onPress={() => onType(ending)} />
          ))}
        </div>
      )}
      {rows.map((row, place) => (
        <div
          key={row}
          class={layer.value === "letters" && place === 0 ? "keyboard__row keyboard__row--extra" : "keyboard__row"}
        >
          {layer.value === "letters" && place === rows.length - 1 && mode === "text" && (
            <Key
              label=""
              icon="shift"
              name={t.shift}
              wide
              on={capitals.value}
              onPress={() => (capitals.value = !capitals.value)}
            />
          )}
          {[...row].map((sign) => (
            <Key key={sign} label={capitals.value ? sign.toUpperCase() : sign} onPress={() => type(sign)} />
          ))}
          {place === rows.length - 1 && <Key label="" icon="erase" name={t.erase} wide onPress={onErase} />}
        </div>
      ))}
      <div class="keyboard__row">
        <Key
          label={layer.value === "symbols" ? t.letters : t.symbols}
          name={layer.value === "symbols" ? t.lettersName : t.symbolsName}
          small
          wide
          onPress={() => show("symbols")}
        />
        {mode === "email" ? (
          <>
            <Key label="@" onPress={() => onType("@")} />
            <Key label="." onPress={() => onType(".")} />
            <Key label="-" onPress={() => onType("-")} />
            <Key label="_" onPress={() => onType("_")} />
          </>
        ) : (
          <>
            <Key
              label={layer.value === "accents" ? t.letters : t.accents}
              name={layer.value === "accents" ? t.lettersName : t.accentsName}
              small
              wide
              onPress={() => show("accents")}
            />
            <Key label={t.space} small wide onPress={() => onType(" ")} />
          </>
        )}
      </div>
    </fieldset>
  );
}
