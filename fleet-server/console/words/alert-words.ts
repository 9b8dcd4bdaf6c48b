import { ALERTS, type AlertEntry } from "../../../base/registry/alerts.ts";
import type { Alert } from "../../api/contract/kiosks.ts";
import { language } from "../app/preferences.ts";
import { t } from "../texts/texts.ts";

const REGISTRY: Readonly<Record<string, AlertEntry | undefined>> = ALERTS;

export type AlertWords = { readonly title: string; readonly citizens: string; readonly action: string };

/** What an alert says in the chosen language. A code that this console does not know yet shows itself, with general advice. */
export function alertWords({ code, severity }: Pick<Alert, "code" | "severity">): AlertWords {
  const entry = REGISTRY[code];
  const { value: lang } = language;
  if (entry) {
    // Raised above its registered severity it is why the whole kiosk is closed, and that is what citizens see.
    const { citizens } = severity === "critical" && entry.severity !== severity ? ALERTS["out-of-service"] : entry;
    return { title: entry.title[lang], citizens: citizens[lang], action: entry.action[lang] };
  }
  const { unknownAlert } = t.value;
  return { title: code, citizens: unknownAlert.citizens[severity], action: unknownAlert.action };
}

/** The title of an alert that is known by its code only, as in a timeline. */
export function alertTitle(code: string): string | undefined {
  return REGISTRY[code]?.title[language.value];
}
