import { type KioskTexts, kioskEs } from "./kiosk-es.ts";
import { textsIn } from "./texts.ts";

export const kioskTexts = textsIn<KioskTexts>(kioskEs, {
  en: async () => (await import("./kiosk-en.ts")).kioskEn,
});
