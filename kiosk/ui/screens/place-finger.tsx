import { Layout } from "../components/layout/layout.tsx";
import { FingerOnGlass } from "../components/pictograms/finger-on-glass.tsx";
import { Paragraphs } from "../components/text/text.tsx";
import { useKiosk } from "../kiosk-context.ts";
import type { ScreenProps } from "./props.ts";

/** The fingerprint reader has the word: lay the finger on, hold it still, lift it. */
export function PlaceFinger({ screen }: ScreenProps<"place-finger">) {
  const { t } = useKiosk();
  return (
    <Layout
      title={screen.title}
      problem={screen.problem}
      offers={[{ intent: { type: "SKIP" }, label: t.withoutFinger }]}
    >
      <Paragraphs texts={screen.body} />
      <FingerOnGlass hand={screen.hand} />
      <p class="instruction" role="status">
        {screen.instruction.text}
      </p>
    </Layout>
  );
}
