import type { DELIVERY_STATES } from "../../../base/contracts/view.ts";
import { Icon, type IconName } from "../components/icon/icon.tsx";
import { Layout } from "../components/layout/layout.tsx";
import { TicketMouth } from "../components/pictograms/ticket-mouth.tsx";
import { useKiosk } from "../kiosk-context.ts";
import type { ScreenProps } from "./props.ts";
import "./deliver.css";

const ICONS: Record<(typeof DELIVERY_STATES)[number], IconName> = {
  waiting: "clock",
  working: "paper",
  done: "check",
  failed: "alert",
  unconfirmed: "alert",
};

/** What is printed or sent, each with its own true state. */
export function Deliver({ screen }: ScreenProps<"deliver">) {
  const { t } = useKiosk();
  return (
    <Layout
      title={screen.title}
      controls={
        <div class="deliver">
          <ul aria-live="polite">
            {screen.items.map((item) => (
              <li key={item.id} class={`deliver__item deliver__item--${item.state}`}>
                <span class="deliver__mark">
                  <Icon name={ICONS[item.state]} />
                </span>
                <strong>{item.label.text}</strong>
                <span>{t.deliveryStates[item.state]}</span>
              </li>
            ))}
          </ul>
          <p class="instruction" role="status">
            {screen.instruction.text}
          </p>
        </div>
      }
    >
      <TicketMouth />
    </Layout>
  );
}
