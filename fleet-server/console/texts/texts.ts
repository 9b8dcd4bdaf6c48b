import { computed } from "@preact/signals";
import { type Language, language } from "../app/preferences.ts";
import { en } from "./en.ts";
import { es, type Texts } from "./es.ts";

export type { Texts } from "./es.ts";

export const TEXTS: Readonly<Record<Language, Texts>> = { es, en };

/** The texts of the chosen language; what reads `.value` while it draws is drawn again when the choice changes. */
export const t = computed(() => TEXTS[language.value]);

/** The word for a value of a vocabulary that may have grown since: the value itself when there is none. */
export function wordFor(words: { readonly [value: string]: string }, value: string): string {
  return words[value] ?? value;
}
