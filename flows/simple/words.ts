import type { Page } from "./journey.ts";
import type { Names } from "./names.ts";
import { lineOf, shortSentences } from "./plain-text.ts";

/** What a form says between its questions, as far as it goes onto one page. */
export type Words = {
  title?: { readonly text: string; readonly place: string };
  paragraphs: string[];
  /** When they are to be seen; `undefined`: always. */
  condition?: string | undefined;
};

/** Whether anything was gathered. */
export function hasWords({ title, paragraphs }: Words): boolean {
  return title !== undefined || paragraphs.length > 0;
}

/** Puts a title, or paragraphs, to `words`. A title without letters is none. */
export function addWords(
  words: Words,
  condition: string | undefined,
  title: Words["title"],
  paragraphs: readonly string[],
): void {
  words.condition = condition;
  if (title !== undefined && title.text !== "") words.title = title;
  words.paragraphs.push(...paragraphs);
}

/** A page of `words`. @param form its name, for a page without a title. */
export function wordsPage({ title, paragraphs }: Words, form: string, names: Names): { page: Page; cut: boolean } {
  const { text, cut } = shortSentences(paragraphs);
  const id = names.give("lea-esto", "lea-esto");
  const texts = { title: title?.text ?? (lineOf(form) || "Antes de seguir"), body: text };
  return { page: { step: { id, kind: "inform" }, texts }, cut };
}
