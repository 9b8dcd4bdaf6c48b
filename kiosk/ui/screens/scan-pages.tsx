import { useSignal } from "@preact/signals";
import { Button } from "../components/button/button.tsx";
import { Icon } from "../components/icon/icon.tsx";
import { Layout } from "../components/layout/layout.tsx";
import { PaperScan } from "../components/pictograms/paper-scan.tsx";
import { useKiosk } from "../kiosk-context.ts";
import type { ScreenProps } from "./props.ts";
import "./scan-pages.css";

/** A paper that is scanned page by page: what the hand does now, or the page that was scanned last, which can be taken out again. */
export function ScanPages({ screen }: ScreenProps<"scan-pages">) {
  const { state, pages } = screen;
  const last = state === "ready" ? pages.at(-1) : undefined;
  const begins = state === "ready" && last === undefined;
  // The most wanted act stands at the right, and is the last.
  const offers = screen.actions.map(({ intent, label }) => ({ intent: { type: intent }, label: label.text })).reverse();
  return (
    <Layout
      title={screen.title}
      problem={screen.problem}
      offers={offers}
      controls={last && <ScannedPage key={last.id} page={last} remove={screen.remove.text} />}
    >
      {begins && screen.hint && <p>{screen.hint.text}</p>}
      {begins && screen.why && <p>{screen.why.text}</p>}
      {last === undefined && <PaperScan state={state} />}
      <p class="instruction" role="status">
        {screen.instruction.text}
      </p>
    </Layout>
  );
}

type Scanned = {
  readonly page: ScreenProps<"scan-pages">["screen"]["pages"][number];
  readonly remove: string;
};

function ScannedPage({ page, remove }: Scanned) {
  const { can } = useKiosk();
  const missing = useSignal(false);
  const { text } = page.label;
  return (
    <div class="scanned-page">
      {missing.value ? (
        <span class="scanned-page__picture scanned-page__picture--missing" role="img" aria-label={text}>
          <Icon name="document" />
        </span>
      ) : (
        <img class="scanned-page__picture" src={page.picture} alt={text} onError={() => (missing.value = true)} />
      )}
      <p aria-hidden="true">{text}</p>
      {can("REMOVE") && (
        <Button label={remove} name={`${remove}: ${text}`} intent={{ type: "REMOVE", page: page.id }} />
      )}
    </div>
  );
}
