/** What is said to the author of a service, in both languages of the tool. */
export type Told = { readonly en: string; readonly es: string };

export type Language = keyof Told;

/** @param en English. @param es Spanish: what an official says who has never programmed. */
export function told(en: string, es: string): Told {
  return { en, es };
}

/** Spanish where the machine speaks Spanish, else English. @param lang the environment's `LANG`. */
export function languageOf(lang: string | undefined): Language {
  return lang?.startsWith("es") ? "es" : "en";
}
