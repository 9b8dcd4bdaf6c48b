import { useSignal } from "@preact/signals";
import { useLayoutEffect, useRef } from "preact/hooks";
import { formatPesos } from "../../../base/money.ts";
import { Keyboard } from "../components/keyboard/keyboard.tsx";
import { Keypad } from "../components/keypad/keypad.tsx";
import { Layout } from "../components/layout/layout.tsx";
import { RunOnCard } from "../components/pictograms/run-on-card.tsx";
import { cleanMobile, formatMobile, MOBILE_LENGTH } from "../format/mobile.ts";
import { cleanRun, formatRun, RUN_LENGTH } from "../format/run.ts";
import { useKiosk } from "../kiosk-context.ts";
import type { ScreenProps } from "./props.ts";
import "./ask.css";

/** One question that is answered by typing. Whether the answer is right is the journey's to say; nothing is judged while one types. */
export function Ask({ screen, input }: ScreenProps<"ask"> & { readonly input: FieldInput }) {
  const { t, send } = useKiosk();
  const form = FORMS[input];
  const value = useSignal(form.clean(screen.value).slice(0, screen.maxLength));
  const field = useRef<HTMLInputElement>(null);

  // The journey gives back what it took; what is being typed now is newer than what it knew.
  const given = useRef(screen.value);
  if (given.current !== screen.value) {
    given.current = screen.value;
    value.value = form.clean(screen.value);
  }

  const limit = Math.min(screen.maxLength, form.length ?? screen.maxLength);
  const type = (characters: string) => {
    const next = form.clean(value.value + characters);
    if (next.length <= limit) value.value = next;
  };
  const erase = () => {
    value.value = value.value.slice(0, -1);
  };
  useLayoutEffect(() => {
    if (field.current) field.current.scrollLeft = field.current.scrollWidth;
  });
  const submit = { type: "SUBMIT", value: form.show(value.value) } as const;
  return (
    <Layout
      title={screen.title}
      problem={screen.problem}
      shape={form.keypad ? "split" : "typing"}
      offers={[{ intent: submit, label: t.continue }]}
      controls={
        form.keypad ? (
          <Keypad withK={input === "run"} onType={type} onErase={erase} onEraseAll={() => (value.value = "")} />
        ) : (
          <Keyboard mode={input === "email" ? "email" : "text"} onType={type} onErase={erase} />
        )
      }
    >
      {screen.hint && <p class="ask__hint">{screen.hint.text}</p>}
      {screen.why && <p class="ask__hint">{screen.why.text}</p>}
      {screen.show && <p class="ask__hint">{screen.show.text}</p>}
      {input === "run" && <RunOnCard />}
      <input
        ref={field}
        class={`ask__field ask__field--${input}`}
        type="text"
        inputMode="none"
        autoComplete="off"
        spellcheck={false}
        aria-label={screen.title.text}
        aria-invalid={screen.problem !== undefined}
        value={form.show(value.value)}
        onInput={(event) => {
          value.value = form.clean(event.currentTarget.value).slice(0, limit);
          event.currentTarget.value = form.show(value.value);
        }}
        onKeyDown={(event) => {
          if (event.key === "Enter") send(submit);
        }}
      />
    </Layout>
  );
}

type Form = {
  /** What of a typed text is kept. */
  readonly clean: (text: string) => string;
  /** How it is shown, and sent. */
  readonly show: (text: string) => string;
  /** Characters of a whole answer, as it is kept. */
  readonly length?: number;
  /** Digits only: a keypad instead of the keyboard. */
  readonly keypad?: boolean;
};

const same = (text: string) => text;

/** Digits, without zeros in front that nobody says. */
const cleanPesos = (text: string) => text.replace(/\D/g, "").replace(/^0+(?=\d)/, "");

/** What is typed into one field. */
type FieldInput = Exclude<ScreenProps<"ask">["screen"]["input"], "date">;

const FORMS: Record<FieldInput, Form> = {
  text: { clean: same, show: same },
  email: { clean: (text) => text.replace(/\s/g, ""), show: same },
  number: { clean: (text) => text.replace(/\D/g, ""), show: same, keypad: true },
  run: { clean: cleanRun, show: formatRun, length: RUN_LENGTH, keypad: true },
  phone: { clean: cleanMobile, show: formatMobile, length: MOBILE_LENGTH, keypad: true },
  money: { clean: cleanPesos, show: (digits) => (digits === "" ? "$" : formatPesos(Number(digits))), keypad: true },
};
