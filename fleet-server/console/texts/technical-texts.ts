import { type TechnicalTexts, technicalEs } from "./technical-es.ts";
import { textsIn } from "./texts.ts";

export const technicalTexts = textsIn<TechnicalTexts>(technicalEs, {
  en: async () => (await import("./technical-en.ts")).technicalEn,
});
