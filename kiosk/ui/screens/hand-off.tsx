import { Layout } from "../components/layout/layout.tsx";
import { Qr } from "../components/qr/qr.tsx";
import { Paragraphs } from "../components/text/text.tsx";
import { useKiosk } from "../kiosk-context.ts";
import type { ScreenProps } from "./props.ts";
import "./hand-off.css";

/** The journey goes on at the citizen's phone. */
export function HandOff({ screen }: ScreenProps<"hand-off">) {
  const { t } = useKiosk();
  const { qr, code } = screen;
  return (
    <Layout
      title={screen.title}
      controls={
        <div class="hand-off">
          <Qr content={qr} label={t.scanQr} />
          <ShortLink qr={qr} code={code} />
        </div>
      }
    >
      <Paragraphs texts={screen.body} />
    </Layout>
  );
}

/** What is typed on a phone without a camera: the address without its code, and the code. */
export function ShortLink({ qr, code }: { readonly qr: string; readonly code: string }) {
  const { t } = useKiosk();
  // Most links end in the code: what stands before it is what a phone without a camera needs too.
  const address = qr.endsWith(code) ? qr.slice(0, -code.length).replace(/^https?:\/\//, "") : undefined;
  return (
    <>
      <h2>{address === undefined ? t.shortCode : t.shortAddress}</h2>
      {address !== undefined && <p class="hand-off__address">{address}</p>}
      <p class="hand-off__code">
        {groups(code).map((group) => (
          <span key={group}>{group}</span>
        ))}
      </p>
    </>
  );
}

/** Four characters at a time, as people read and type them; the space between is drawn, not part of the code. A code with signs has groups of its own. */
function groups(code: string): readonly string[] {
  return /[^0-9a-z]/i.test(code) ? [code] : (code.match(/.{1,4}/g) ?? []);
}
