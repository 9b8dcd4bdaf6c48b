import { Busy } from "../components/busy/busy.tsx";
import { Layout } from "../components/layout/layout.tsx";
import { Paragraphs } from "../components/text/text.tsx";
import type { ScreenProps } from "./props.ts";

/** A person was called: what to do until they come. Nobody has to wait. */
export function HelpCalled({ screen }: ScreenProps<"help-called">) {
  const offers = screen.actions.map(({ intent, label }) => ({ intent: { type: intent }, label: label.text }));
  return (
    <Layout title={screen.title} offers={offers.reverse()}>
      <div role="status">
        <Paragraphs texts={screen.body} />
      </div>
      {screen.state === "waiting" && <Busy />}
    </Layout>
  );
}
