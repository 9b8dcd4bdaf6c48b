import { Layout } from "../components/layout/layout.tsx";
import { Qr } from "../components/qr/qr.tsx";
import { useKiosk } from "../kiosk-context.ts";
import { ShortLink } from "./hand-off.tsx";
import type { ScreenProps } from "./props.ts";
import "./phone-login.css";

/** The citizen logs in on their phone; the kiosk shows the way there, and the number that the phone asks for. */
export function PhoneLogin({ screen }: ScreenProps<"phone-login">) {
  const { t } = useKiosk();
  const { link, number, numberLabel, steps, note } = screen;
  return (
    <Layout
      title={screen.title}
      controls={
        <div class={`phone-login${link ? "" : " phone-login--opened"}`}>
          {link && <Qr content={link.qr} label={t.scanQr} />}
          <p class="phone-login__number" role="status">
            <span>{numberLabel.text}</span> <strong>{number}</strong>
          </p>
          {link && <ShortLink {...link} />}
        </div>
      }
    >
      <ol class="phone-login__steps">
        {steps.map(({ id, text }) => (
          <li key={id}>{text}</li>
        ))}
      </ol>
      {note && <p>{note.text}</p>}
    </Layout>
  );
}
