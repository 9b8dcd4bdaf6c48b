import { Layout } from "../components/layout/layout.tsx";
import { Fact, Paragraphs, TextList } from "../components/text/text.tsx";
import { useKiosk } from "../kiosk-context.ts";
import type { ScreenProps } from "./props.ts";
import "./consent.css";

/** Who asks for which data and what for; both answers are equally easy to give. */
export function Consent({ screen }: ScreenProps<"consent">) {
  const { t } = useKiosk();
  return (
    <Layout
      title={screen.title}
      offers={[
        { intent: { type: "REFUSE" }, label: t.refuse },
        { intent: { type: "ACCEPT" }, label: t.accept },
      ]}
    >
      <Paragraphs texts={screen.body} />
      <div class="panel">
        <Fact name={t.asks} value={screen.institution.text} />
        <Fact name={t.purpose} value={screen.purpose.text} />
        <TextList heading={t.data} texts={screen.data} icon="shield" />
        <Fact name={t.ifRefused} value={screen.ifRefused.text} />
      </div>
    </Layout>
  );
}
