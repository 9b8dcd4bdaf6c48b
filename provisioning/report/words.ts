import type { DeviceKind } from "../../base/contracts/device-status.ts";
import type { Verdict } from "../check/check.ts";

export const VERDICT_WORDS: Readonly<Record<Verdict, string>> = {
  pass: "Bien",
  fail: "Falla",
  "not-run": "Sin probar",
};

export const KIND_NAMES: Readonly<Record<DeviceKind, string>> = {
  "payment-terminal": "Terminal de pago",
  "receipt-printer": "Impresora",
  "code-reader": "Lector de códigos",
};

/** A check's own name, for one that this version does not know. */
export function checkTitle(check: string): string {
  return check.replace(/^device\./, "Dispositivo ");
}
