import type { Offer } from "../components/actions/actions.tsx";
import { Layout } from "../components/layout/layout.tsx";
import { CedulaScan } from "../components/pictograms/cedula-scan.tsx";
import { Paragraphs } from "../components/text/text.tsx";
import { useKiosk } from "../kiosk-context.ts";
import type { ScreenProps } from "./props.ts";

/** The reader waits for the identity card. */
export function Identify({ screen }: ScreenProps<"identify">) {
  const { t } = useKiosk();
  const offers: Offer[] = [
    ...(screen.phone ? [{ intent: { type: "USE_PHONE" }, label: t.usePhone } as const] : []),
    ...(screen.typed ? [{ intent: { type: "TYPE_RUN" }, label: t.typeRun } as const] : []),
  ];
  return (
    <Layout title={screen.title} problem={screen.problem} offers={offers}>
      <Paragraphs texts={screen.body} />
      {screen.notice && <p>{screen.notice.text}</p>}
      <CedulaScan />
    </Layout>
  );
}
