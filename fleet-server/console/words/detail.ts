import type { Alert } from "../../api/contract/kiosks.ts";
import { t, wordFor } from "../texts/texts.ts";
import { targetTitle } from "./target-title.ts";

const CODE = /^[a-z-]+\.[a-z-]+$/;

/**
 * What the alert is about in particular, e.g. "printer: no paper, cover open"; empty when it says nothing more. `errors` are words
 * of registered failures; without them a failure's code is left to the kiosk's own page.
 */
export function alertDetail(
  { subject, detail }: Pick<Alert, "subject" | "detail">,
  errors: { readonly [code: string]: string } = {},
): string {
  const words: { readonly [value: string]: string } = {
    ...errors,
    ...t.value.deviceConditions,
    ...t.value.deviceKinds,
    release: t.value.targetKinds.release,
  };
  const told = detail
    .split(", ")
    .filter((word) => word in words || !CODE.test(word))
    .map((word) => wordFor(words, word));
  return [wordFor(words, targetTitle(subject)), told.join(", ")].filter((part) => part !== "").join(": ");
}
