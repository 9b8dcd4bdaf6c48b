import type { Alert } from "../../api/contract/kiosks.ts";
import { t, wordFor } from "../texts/texts.ts";

/** What the alert is about in particular, e.g. "printer: no paper"; empty when it says nothing more. */
export function alertDetail({ subject, detail }: Pick<Alert, "subject" | "detail">): string {
  const about = wordFor(t.value.deviceKinds, subject);
  const words = wordFor(t.value.deviceConditions, detail);
  return [about, words].filter((part) => part !== "").join(": ");
}
