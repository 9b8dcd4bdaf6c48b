import { Layout } from "../components/layout/layout.tsx";
import { Paragraphs } from "../components/text/text.tsx";
import type { ScreenProps } from "./props.ts";
import "./sign.css";

/** One page of what is about to be signed. Nothing scrolls: the next page is another screen, and the last has the ways to sign, the first at the right. */
export function Sign({ screen }: ScreenProps<"sign">) {
  const offers = screen.actions.map(({ intent, label }) => ({ intent: { type: intent }, label: label.text }));
  return (
    <Layout title={screen.title} offers={offers.reverse()}>
      <p class="sign__page">{screen.page.text}</p>
      <div class="panel sign__text">
        <Paragraphs texts={screen.body} />
      </div>
      {screen.notice && <p>{screen.notice.text}</p>}
    </Layout>
  );
}
