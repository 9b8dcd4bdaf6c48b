import { useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import { CheckCard } from "../components/check-card/check-card.tsx";
import { Layout } from "../components/layout/layout.tsx";
import { Pager } from "../components/pager/pager.tsx";
import { useKiosk } from "../kiosk-context.ts";
import { answersPerPage } from "./choose.tsx";
import type { ScreenProps } from "./props.ts";

/** One question with several answers: marks are put and taken away, and sent together. How many there may be is the journey's to say. */
export function ChooseMany({ screen }: ScreenProps<"choose-many">) {
  const { t } = useKiosk();
  const chosen = useSignal<readonly string[]>(screen.chosen);

  // The journey gives back what it refused; marks that are put now are newer.
  const given = useRef(screen.chosen.join());
  if (given.current !== screen.chosen.join()) {
    given.current = screen.chosen.join();
    chosen.value = screen.chosen;
  }

  const toggle = (option: string) => {
    const without = chosen.value.filter((id) => id !== option);
    chosen.value = without.length === chosen.value.length ? [...chosen.value, option] : without;
  };
  return (
    <Layout
      title={screen.title}
      problem={screen.problem}
      shape="wide"
      offers={[{ intent: { type: "CHOOSE", options: [...chosen.value] }, label: t.continue }]}
      controls={
        <Pager items={screen.options} perPage={answersPerPage(screen.options)}>
          {(page) => (
            <div class="options">
              {page.map((option) => (
                <CheckCard
                  key={option.id}
                  label={option.label.text}
                  detail={option.detail?.text}
                  checked={chosen.value.includes(option.id)}
                  onToggle={() => toggle(option.id)}
                />
              ))}
            </div>
          )}
        </Pager>
      }
    >
      {screen.hint && <p>{screen.hint.text}</p>}
      <p>{screen.instruction.text}</p>
    </Layout>
  );
}
