import { computed, effect, type ReadonlySignal, signal } from "@preact/signals";
import { type Language, language } from "../app/preferences.ts";
import { es, type Texts } from "./es.ts";

/**
 * Texts of a part of the console in the chosen language. Spanish comes with the part; another language is fetched when it is
 * chosen, and Spanish stays when it cannot be. What reads `.value` while it draws is drawn again when the choice changes.
 */
export function textsIn<T>(own: T, fetch: { readonly [L in Language]?: () => Promise<T> }): ReadonlySignal<T> {
  const loaded = signal<{ readonly [L in Language]?: T }>({ es: own });
  effect(() => {
    const { value: chosen } = language;
    if (loaded.peek()[chosen]) return;
    fetch[chosen]?.().then(
      (texts) => {
        loaded.value = { ...loaded.peek(), [chosen]: texts };
      },
      () => {
        language.value = "es";
      },
    );
  });
  return computed(() => loaded.value[language.value] ?? own);
}

/** What every page needs; words of pages that come later stand in files of their own. */
export const t = textsIn<Texts>(es, { en: async () => (await import("./en.ts")).en });

/** The word for a value of a vocabulary that may have grown since: the value itself when there is none. */
export function wordFor(words: { readonly [value: string]: string }, value: string): string {
  return words[value] ?? value;
}
