import { Layout } from "../components/layout/layout.tsx";
import { Qr } from "../components/qr/qr.tsx";
import { Paragraphs } from "../components/text/text.tsx";
import { useKiosk } from "../kiosk-context.ts";
import type { ScreenProps } from "./props.ts";
import "./turn.css";

/** The number that is called out, large enough to be learnt by heart or photographed. */
export function Turn({ screen }: ScreenProps<"turn">) {
  const { t } = useKiosk();
  const { number, facts, qr, code } = screen;
  return (
    <Layout
      title={screen.title}
      controls={
        <div class="turn">
          <p class="turn__number">
            <span>{number.label.text}</span>
            <strong>{number.value}</strong>
          </p>
          <dl class="turn__facts">
            {facts.map(({ id, label, value }) => (
              <div key={id}>
                <dt>{label.text}</dt>
                <dd>{value}</dd>
              </div>
            ))}
          </dl>
          <div class="turn__phone">
            <Qr content={qr} label={t.turnOnPhone} />
            <p>
              {t.turnOnPhone} <strong>{code}</strong>
            </p>
          </div>
        </div>
      }
    >
      <div role="status">
        <Paragraphs texts={screen.body} />
      </div>
    </Layout>
  );
}
