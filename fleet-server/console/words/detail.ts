import type { Alert } from "../../api/contract/kiosks.ts";
import { t, wordFor } from "../texts/texts.ts";

/** What the alert is about in particular, e.g. "printer: no paper, cover open"; empty when it says nothing more. */
export function alertDetail({ subject, detail }: Pick<Alert, "subject" | "detail">): string {
  const words: { readonly [value: string]: string } = { ...t.value.deviceConditions, ...t.value.deviceKinds };
  const told = detail.split(", ").map((word) => wordFor(words, word));
  return [subject, told.join(", ")].filter((part) => part !== "").join(": ");
}
