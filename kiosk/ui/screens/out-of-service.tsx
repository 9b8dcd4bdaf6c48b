import { Layout } from "../components/layout/layout.tsx";
import { ClosedWindow } from "../components/pictograms/closed-window.tsx";
import { Paragraphs, TextList } from "../components/text/text.tsx";
import { useKiosk } from "../kiosk-context.ts";
import type { ScreenProps } from "./props.ts";

/** Nobody can be served here now: why, what still works, and where to go instead. */
export function OutOfService({ screen }: ScreenProps<"out-of-service">) {
  const { t } = useKiosk();
  return (
    <Layout title={screen.title}>
      <Paragraphs texts={screen.body} />
      <ClosedWindow />
      <div class="panel">
        <TextList heading={t.works} texts={screen.works} icon="check" />
        <TextList heading={t.elsewhere} texts={screen.elsewhere} icon="place" />
      </div>
    </Layout>
  );
}
