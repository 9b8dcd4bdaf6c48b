import type { Verdict } from "../check/check.ts";

export const VERDICT_WORDS: Readonly<Record<Verdict, string>> = {
  pass: "Bien",
  fail: "Falla",
  "not-run": "Sin probar",
};

/** A check's own name, for one that this version does not know. */
export function checkTitle(check: string): string {
  return check.replace(/^device\./, "Dispositivo ");
}
