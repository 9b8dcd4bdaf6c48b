import { computed, effect, signal } from "@preact/signals";
import { type Language, language } from "../app/preferences.ts";
import { es, type Texts } from "./es.ts";

const loaded = signal<{ readonly [L in Language]?: Texts }>({ es });

/** Spanish comes with the console; another language is fetched when it is chosen, and Spanish stays when it cannot be. */
const FETCH: { readonly [L in Language]?: () => Promise<Texts> } = { en: async () => (await import("./en.ts")).en };

effect(() => {
  const { value: chosen } = language;
  if (loaded.peek()[chosen]) return;
  FETCH[chosen]?.().then(
    (texts) => {
      loaded.value = { ...loaded.peek(), [chosen]: texts };
    },
    () => {
      language.value = "es";
    },
  );
});

/** The texts of the chosen language; what reads `.value` while it draws is drawn again when the choice changes. */
export const t = computed(() => loaded.value[language.value] ?? es);

/** The word for a value of a vocabulary that may have grown since: the value itself when there is none. */
export function wordFor(words: { readonly [value: string]: string }, value: string): string {
  return words[value] ?? value;
}
