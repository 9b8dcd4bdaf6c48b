import type { KioskDetail } from "../../../api/contract/kiosks.ts";
import { Icon } from "../../components/icon.tsx";
import { Section } from "../../components/section.tsx";
import { kioskTexts } from "../../texts/kiosk-texts.ts";
import { technicalTexts } from "../../texts/technical-texts.ts";
import { t } from "../../texts/texts.ts";
import { alertWords } from "../../words/alert-words.ts";
import { alertDetail } from "../../words/detail.ts";
import { AlertFacts } from "../now/trouble.tsx";
import "../now/now.css";

export function WhatIsWrong({ kiosk }: { readonly kiosk: KioskDetail }) {
  const words = kioskTexts.value;
  const { severities } = t.value;
  if (kiosk.alerts.length === 0) {
    const planned = kiosk.condition === "planned";
    return (
      <p class={`note tone-${planned ? "info" : "ok"}`}>
        <Icon name={planned ? "planned" : "ok"} />
        {planned ? words.planned : words.fine}
      </p>
    );
  }
  return (
    <Section title={words.wrong}>
      <ul class="troubles troubles--stacked">
        {kiosk.alerts.map((alert) => (
          <li key={alert.id} class={`trouble tone-${alert.severity}`}>
            <div class="trouble__what">
              <Icon name={alert.severity} />
              <div>
                <p class="trouble__title">
                  <span class="unseen">{severities[alert.severity]}: </span>
                  {alertWords(alert).title}
                </p>
                <p class="soft">{alertDetail(alert, technicalTexts.value.errors)}</p>
              </div>
            </div>
            <AlertFacts alert={alert} full />
          </li>
        ))}
      </ul>
    </Section>
  );
}
