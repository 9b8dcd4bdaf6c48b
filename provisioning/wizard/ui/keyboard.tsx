import { say, W } from "./words.ts";

/** Crockford's base 32, as codes are written. */
const CODE = ["01234567", "89ABCDEF", "GHJKMNPQ", "RSTVWXYZ"];
const NAME = ["QWERTYUIOP", "ASDFGHJKLÑ", "ZXCVBNM", "ÁÉÍÓÚÜ-'"];
const ADDRESS = ["1234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm", ":/.-_"];

export const LAYOUTS = { code: CODE, name: NAME, address: ADDRESS } as const;

/** Keys on the screen: a kiosk has no keyboard. */
export function Keyboard({
  layout,
  onKey,
  onErase,
}: {
  readonly layout: keyof typeof LAYOUTS;
  readonly onKey: (sign: string) => void;
  readonly onErase: () => void;
}) {
  return (
    <div class={`keyboard keyboard-${layout}`}>
      {LAYOUTS[layout].map((row) => (
        <div class="keys" key={row}>
          {[...row].map((sign) => (
            <button type="button" class="key" key={sign} onClick={() => onKey(sign)}>
              {sign}
            </button>
          ))}
        </div>
      ))}
      <div class="keys">
        {layout === "name" && (
          <button type="button" class="key key-wide" onClick={() => onKey(" ")}>
            {say(W.space)}
          </button>
        )}
        <button type="button" class="key key-wide" onClick={onErase}>
          {say(W.erase)}
        </button>
      </div>
    </div>
  );
}
