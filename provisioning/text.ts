/** What is said to the technician, in both languages of the tool. */
export type Text = { readonly es: string; readonly en: string };

export type Language = keyof Text;

/** Spanish unless the machine speaks another language. @param lang the environment's `LANG`. */
export function languageOf(lang: string | undefined): Language {
  return lang === undefined || /^(?:es|C\b|POSIX)/.test(lang) ? "es" : "en";
}

/** A fact that reads the same in every language: a number, a name, a program's own words. */
export function plain(fact: string): Text {
  return { es: fact, en: fact };
}
