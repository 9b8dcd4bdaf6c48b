import { Icon, type IconName } from "../components/icon/icon.tsx";
import { Layout } from "../components/layout/layout.tsx";
import { Qr } from "../components/qr/qr.tsx";
import { Paragraphs } from "../components/text/text.tsx";
import { useKiosk } from "../kiosk-context.ts";
import type { ScreenProps } from "./props.ts";
import "./finish.css";

type Props = ScreenProps<"finish">;

const ICONS: Record<Props["screen"]["result"], IconName> = {
  delivered: "check",
  refunded: "back",
  "nothing-done": "info",
  incident: "alert",
};

/** How it ended, what happens next, and what not to leave behind. */
export function Finish({ screen }: Props) {
  const { t } = useKiosk();
  return (
    <Layout title={screen.title}>
      <div class={`finish finish--${screen.result}`}>
        <span class="finish__mark">
          <Icon name={ICONS[screen.result]} />
        </span>
        <div class="finish__words" role="status">
          <Paragraphs texts={screen.body} />
          {screen.reference && (
            <p class="finish__reference">
              {screen.reference.label.text} <strong>{screen.reference.value}</strong>
            </p>
          )}
        </div>
      </div>
      {screen.qr !== undefined && <Qr content={screen.qr} label={t.scanQr} />}
      {screen.take.length > 0 && (
        <section class="finish__take">
          <h2>{t.take}</h2>
          <ul>
            {screen.take.map((thing) => (
              <li key={thing.id}>
                <Icon name={thing.thing ?? "info"} />
                <span>{thing.text}</span>
              </li>
            ))}
          </ul>
        </section>
      )}
    </Layout>
  );
}
