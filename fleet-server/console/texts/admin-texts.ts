import { type AdminTexts, adminEs } from "./admin-es.ts";
import { textsIn } from "./texts.ts";

export const adminTexts = textsIn<AdminTexts>(adminEs, {
  en: async () => (await import("./admin-en.ts")).adminEn,
});
