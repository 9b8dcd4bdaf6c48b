import { Icon, type IconName } from "../components/icon/icon.tsx";
import { Layout } from "../components/layout/layout.tsx";
import { Qr } from "../components/qr/qr.tsx";
import { Paragraphs } from "../components/text/text.tsx";
import { useKiosk } from "../kiosk-context.ts";
import type { Texts } from "../texts/texts.ts";
import type { ScreenProps } from "./props.ts";
import "./finish.css";

type Props = ScreenProps<"finish">;

const ICONS: Record<Props["screen"]["result"], IconName> = {
  delivered: "check",
  refunded: "back",
  "nothing-done": "info",
  incident: "alert",
  waiting: "clock",
};

/** More paragraphs than these leave no room for a large mark, or for any. */
const LONG = 3;
const FULL = 4;

/** How it ended, what happens next, and what not to leave behind. */
export function Finish({ screen }: Props) {
  const { t } = useKiosk();
  return (
    <Layout title={screen.title} controls={closing(screen, t)}>
      <div class={`finish finish--${screen.result}${length(screen.body.length)}`}>
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
    </Layout>
  );
}

function length(paragraphs: number): string {
  if (paragraphs <= LONG) return "";
  return paragraphs <= FULL ? " finish--long" : " finish--long finish--full";
}

function closing({ qr, take }: Props["screen"], t: Texts) {
  if (qr === undefined && take.length === 0) return undefined;
  return (
    <div class="closing">
      {qr !== undefined && (
        <div class="closing__qr">
          <Qr content={qr} label={t.scanQr} />
          <h2>{t.scanQr}</h2>
        </div>
      )}
      {take.length > 0 && (
        <section class="closing__take">
          <h2>{t.take}</h2>
          <ul>
            {take.map((thing) => (
              <li key={thing.id}>
                <Icon name={thing.thing ?? "info"} />
                <span>{thing.text}</span>
              </li>
            ))}
          </ul>
        </section>
      )}
    </div>
  );
}
