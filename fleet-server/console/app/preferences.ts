import { effect, signal } from "@preact/signals";

export const LANGUAGES = ["es", "en"] as const;
export type Language = (typeof LANGUAGES)[number];
export const SCHEMES = ["system", "light", "dark"] as const;
export type Scheme = (typeof SCHEMES)[number];

/** A choice that the browser remembers; a browser that does not allow storage forgets it with the page. */
function remembered<T extends string>(key: string, allowed: readonly T[], initial: T) {
  const read = () => {
    try {
      return localStorage.getItem(key);
    } catch {
      return null;
    }
  };
  const stored = read();
  const choice = signal<T>(allowed.find((value) => value === stored) ?? initial);
  effect(() => {
    const { value } = choice;
    try {
      localStorage.setItem(key, value);
    } catch {
      // Private windows may refuse; the choice holds for this page.
    }
  });
  return choice;
}

export const language = remembered<Language>("ventanilla.language", LANGUAGES, "es");
export const scheme = remembered<Scheme>("ventanilla.scheme", SCHEMES, "system");
/** Single-key shortcuts can be switched off (WCAG 2.2, 2.1.4): speech input types letters by mistake. */
export const shortcuts = remembered<"on" | "off">("ventanilla.shortcuts", ["on", "off"], "on");

export function applyPreferences(root: HTMLElement): void {
  effect(() => {
    root.lang = language.value;
  });
  effect(() => {
    if (scheme.value === "system") delete root.dataset.scheme;
    else root.dataset.scheme = scheme.value;
  });
}
