import { Layout } from "../components/layout/layout.tsx";
import { CardTap } from "../components/pictograms/card-tap.tsx";
import { Paragraphs } from "../components/text/text.tsx";
import { useKiosk } from "../kiosk-context.ts";
import type { ScreenProps } from "./props.ts";
import "./tap-card.css";

/** The chip card reader has the word: lay the card there, then hold it still. */
export function TapCard({ screen }: ScreenProps<"tap-card">) {
  const { t } = useKiosk();
  const { progress } = screen;
  return (
    <Layout title={screen.title} problem={screen.problem} offers={[{ intent: { type: "SKIP" }, label: t.withoutChip }]}>
      <Paragraphs texts={screen.body} />
      <CardTap reading={progress !== undefined} />
      <div class="tap-card__now">
        <p class="instruction" role="status">
          {screen.instruction.text}
        </p>
        {progress !== undefined && <progress max={100} value={progress} aria-label={t.chipProgress} />}
      </div>
    </Layout>
  );
}
