import { Busy } from "../components/busy/busy.tsx";
import { Layout } from "../components/layout/layout.tsx";
import { Paragraphs } from "../components/text/text.tsx";
import type { ScreenProps } from "./props.ts";

/** The kiosk is at work and the citizen has nothing to do. */
export function Waiting({ screen }: ScreenProps<"waiting">) {
  return (
    <Layout title={screen.title}>
      <div role="status">
        <Paragraphs texts={screen.body} />
      </div>
      <Busy />
    </Layout>
  );
}
