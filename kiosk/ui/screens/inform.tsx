import { Layout } from "../components/layout/layout.tsx";
import { Fact, Paragraphs, TextList } from "../components/text/text.tsx";
import { useKiosk } from "../kiosk-context.ts";
import type { ScreenProps } from "./props.ts";

/** What the service is, what one needs for it and what it costs, before anything is asked. */
export function Inform({ screen }: ScreenProps<"inform">) {
  const { t } = useKiosk();
  return (
    <Layout title={screen.title}>
      <Paragraphs texts={screen.body} />
      <div class="panel">
        <TextList heading={t.needs} texts={screen.needs} icon="check" />
        {screen.price && <Fact name={t.price} value={screen.price.text} />}
      </div>
    </Layout>
  );
}
