import { Layout } from "../components/layout/layout.tsx";
import { CedulaScan } from "../components/pictograms/cedula-scan.tsx";
import { Paragraphs } from "../components/text/text.tsx";
import { useKiosk } from "../kiosk-context.ts";
import type { ScreenProps } from "./props.ts";

/** The reader waits for the identity card. */
export function Identify({ screen }: ScreenProps<"identify">) {
  const { t } = useKiosk();
  return (
    <Layout
      title={screen.title}
      problem={screen.problem}
      offers={screen.typed ? [{ intent: { type: "TYPE_RUN" }, label: t.typeRun }] : []}
    >
      <Paragraphs texts={screen.body} />
      <CedulaScan />
    </Layout>
  );
}
