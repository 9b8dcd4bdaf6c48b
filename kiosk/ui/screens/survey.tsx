import { usePress } from "../components/button/button.tsx";
import { Layout } from "../components/layout/layout.tsx";
import type { ScreenProps } from "./props.ts";
import "./survey.css";

const MARKS = [1, 2, 3, 4, 5, 6, 7] as const;

/** The Chilean school scale, each mark with its number and a face. */
export function Survey({ screen }: ScreenProps<"survey">) {
  const { scale } = screen;
  return (
    <Layout
      title={screen.title}
      shape="wide"
      controls={
        <div class="survey">
          <div class="survey__marks">
            {MARKS.map((mark) => (
              <Mark
                key={mark}
                mark={mark}
                name={
                  mark === scale.from ? `1, ${scale.low.text}` : mark === scale.to ? `7, ${scale.high.text}` : `${mark}`
                }
              />
            ))}
          </div>
          <div class="survey__ends" aria-hidden="true">
            <span>{scale.low.text}</span>
            <span>{scale.high.text}</span>
          </div>
        </div>
      }
    />
  );
}

function Mark({ mark, name }: { readonly mark: number; readonly name: string }) {
  const { press, pressed } = usePress();
  const bend = 30 + (mark - 4) * 2.2;
  return (
    <button
      type="button"
      class="survey__mark"
      data-intent="SELECT"
      aria-label={name}
      aria-disabled={pressed}
      onClick={() => press({ type: "SELECT", option: String(mark) })}
    >
      <svg viewBox="0 0 48 48" aria-hidden="true">
        <circle cx="24" cy="24" r="21" />
        <path d={`M16 19h.1M32 19h.1M14 ${60 - bend}Q24 ${bend} 34 ${60 - bend}`} />
      </svg>
      <span>{mark}</span>
    </button>
  );
}
