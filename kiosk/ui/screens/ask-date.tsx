import { useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import { Keypad } from "../components/keypad/keypad.tsx";
import { Layout } from "../components/layout/layout.tsx";
import { Months } from "../components/months/months.tsx";
import {
  DATE_PARTS,
  type DatePart,
  isFull,
  joinTyped,
  parseTyped,
  partAfter,
  partBefore,
  type TypedDate,
  withDigit,
  withoutDigit,
} from "../format/date.ts";
import { useKiosk } from "../kiosk-context.ts";
import type { ScreenProps } from "./props.ts";
import "./ask-date.css";

const NOTHING: TypedDate = { day: "", month: "", year: "" };

/** A day in three fields: digits for day and year, names for the month. Whether there is such a day is the journey's to say. */
export function AskDate({ screen }: ScreenProps<"ask">) {
  const { t, send } = useKiosk();
  const date = useSignal(parseTyped(screen.value));
  const part = useSignal<DatePart>("day");
  const fields = useRef<{ [P in DatePart]?: HTMLInputElement | null }>({});

  // The journey gives back what it took; what is being typed now is newer than what it knew.
  const given = useRef(screen.value);
  if (given.current !== screen.value) {
    given.current = screen.value;
    date.value = parseTyped(screen.value);
  }

  const goTo = (next: DatePart) => {
    part.value = next;
    // Who types on keys goes on where the digits go; who touches keeps the focus where it is.
    if (document.activeElement instanceof HTMLInputElement) fields.current[next]?.focus();
  };
  const type = (digit: string) => {
    date.value = withDigit(date.value, part.value, digit);
    if (isFull(date.value, part.value)) goTo(partAfter(part.value));
  };
  const erase = () => {
    if (date.value[part.value] === "") goTo(partBefore(part.value));
    date.value = withoutDigit(date.value, part.value);
  };
  const eraseAll = () => {
    date.value = NOTHING;
    goTo("day");
  };
  const submit = { type: "SUBMIT", value: joinTyped(date.value) } as const;
  const { day, year } = date.value;
  const month = t.monthNames[Number(date.value.month) - 1] ?? "";
  const shown = { day, month, year };
  return (
    <Layout
      title={screen.title}
      problem={screen.problem}
      offers={[{ intent: submit, label: t.continue }]}
      controls={
        part.value === "month" ? (
          <Months
            onChoose={(chosen) => {
              date.value = { ...date.value, month: String(chosen).padStart(2, "0") };
              goTo("year");
            }}
          />
        ) : (
          <Keypad withK={false} onType={type} onErase={erase} onEraseAll={eraseAll} />
        )
      }
    >
      {screen.hint && <p class="ask__hint">{screen.hint.text}</p>}
      {screen.why && <p class="ask__hint">{screen.why.text}</p>}
      <div class="date">
        {DATE_PARTS.map((name) => (
          <label key={name} class={`date__part date__part--${name}`}>
            <span>{t.dateParts[name]}</span>
            <input
              ref={(field) => {
                fields.current[name] = field;
              }}
              class={`date__field${part.value === name ? " date__field--now" : ""}`}
              type="text"
              inputMode="none"
              autoComplete="off"
              aria-invalid={screen.problem !== undefined}
              value={shown[name]}
              onFocus={() => {
                part.value = name;
              }}
              onInput={(event) => {
                event.currentTarget.value = shown[name];
              }}
              onKeyDown={(event) => {
                if (event.key === "Enter") send(submit);
                else if (event.key === "Backspace") erase();
                else if (/^\d$/.test(event.key)) type(event.key);
                else return;
                event.preventDefault();
              }}
            />
          </label>
        ))}
      </div>
      <p class="date__words" aria-live="polite">
        {day !== "" && month !== "" && year.length === 4 ? t.dateInWords(Number(day), month, year) : "\u00a0"}
      </p>
    </Layout>
  );
}
