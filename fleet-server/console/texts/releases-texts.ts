import { type ReleasesTexts, releasesEs } from "./releases-es.ts";
import { textsIn } from "./texts.ts";

export const releasesTexts = textsIn<ReleasesTexts>(releasesEs, {
  en: async () => (await import("./releases-en.ts")).releasesEn,
});
