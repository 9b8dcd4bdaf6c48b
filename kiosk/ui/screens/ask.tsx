import { useSignal } from "@preact/signals";
import { useLayoutEffect, useRef } from "preact/hooks";
import { Keyboard } from "../components/keyboard/keyboard.tsx";
import { Keypad } from "../components/keypad/keypad.tsx";
import { Layout } from "../components/layout/layout.tsx";
import { RunOnCard } from "../components/pictograms/run-on-card.tsx";
import { cleanRun, formatRun, RUN_LENGTH } from "../format/run.ts";
import { useKiosk } from "../kiosk-context.ts";
import type { ScreenProps } from "./props.ts";
import "./ask.css";

/** One question that is answered by typing. Whether the answer is right is the journey's to say; nothing is judged while one types. */
export function Ask({ screen }: ScreenProps<"ask">) {
  const { t, send } = useKiosk();
  const { input } = screen;
  const form = FORMS[input];
  const value = useSignal(form.clean(screen.value).slice(0, screen.maxLength));
  const field = useRef<HTMLInputElement>(null);

  // The journey gives back what it took; what is being typed now is newer than what it knew.
  const given = useRef(screen.value);
  if (given.current !== screen.value) {
    given.current = screen.value;
    value.value = form.clean(screen.value);
  }

  const limit = input === "run" ? Math.min(screen.maxLength, RUN_LENGTH) : screen.maxLength;
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
      shape={input === "run" || input === "number" ? "split" : "typing"}
      offers={[{ intent: submit, label: t.continue }]}
      controls={
        input === "run" || input === "number" ? (
          <Keypad withK={input === "run"} onType={type} onErase={erase} onEraseAll={() => (value.value = "")} />
        ) : (
          <Keyboard mode={input} onType={type} onErase={erase} />
        )
      }
    >
      {screen.hint && <p class="ask__hint">{screen.hint.text}</p>}
      {screen.why && <p class="ask__hint">{screen.why.text}</p>}
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
};

const same = (text: string) => text;

const FORMS: Record<ScreenProps<"ask">["screen"]["input"], Form> = {
  text: { clean: same, show: same },
  email: { clean: (text) => text.replace(/\s/g, ""), show: same },
  number: { clean: (text) => text.replace(/\D/g, ""), show: same },
  run: { clean: cleanRun, show: formatRun },
};
