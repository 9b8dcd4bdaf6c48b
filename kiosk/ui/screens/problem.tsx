import { Icon } from "../components/icon/icon.tsx";
import { Layout } from "../components/layout/layout.tsx";
import { Paragraphs } from "../components/text/text.tsx";
import type { ScreenProps } from "./props.ts";
import "./problem.css";

/** What happened, and what can be done about it. The journey's order of preference is turned: the preferred act stands last, at the right. */
export function Problem({ screen }: ScreenProps<"problem">) {
  const offers = screen.actions.map(({ intent, label }) => ({ intent: { type: intent }, label: label.text }));
  return (
    <Layout title={screen.title} offers={offers.reverse()}>
      <div class="problem" role="alert">
        <Icon name="alert" />
        <div class="problem__words">
          <Paragraphs texts={screen.body} />
        </div>
      </div>
    </Layout>
  );
}
