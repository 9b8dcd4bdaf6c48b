import { LOCALES } from "../../../base/contracts/view.ts";
import { type Told, told } from "../../../base/told.ts";
import { WAITING_RULES } from "../off-line.ts";
import { type Proof, type Refusal, type RuleName, refusedAt, refusedByRules } from "../proof.ts";
import type { Place } from "../walk.ts";

/** Words on one page that a person reads standing, with others waiting behind. */
export const MAX_PAGE_WORDS = 90;

/**
 * Every page that can appear has all its texts in every language, each with the id under which its recording is found, and is
 * short enough to be read. That every text of the files exists in both languages, with sentences that are short enough, is
 * seen while the definition is read.
 */
export const texts: Proof = (subject) => {
  const { places, service } = subject.walk;
  const seen = new Set<string>();
  const refusals: Refusal[] = [];
  for (const place of places) {
    const page = `${place.step}.${place.leaf}.${place.snapshot.context.problem}.${place.snapshot.context.notes}`;
    if (seen.has(page)) continue;
    seen.add(page);
    for (const locale of LOCALES) {
      const { context } = place.snapshot;
      const { screen } = service.view({ ...place.snapshot, context: { ...context, locale } } as Place["snapshot"]);
      const said = textsIn(screen);
      const missing = said.find(({ id, text }) => text.trim() === "" || id.endsWith(`/${text}`));
      const words = said.flatMap(({ text }) => text.split(/\s+/).filter((word) => /[\p{L}\d]/u.test(word))).length;
      const report = (rule: RuleName, problem: Told, remedy: Told) =>
        void refusals.push(refusedAt(subject, rule, place, problem, remedy));
      if (missing !== undefined)
        report(
          "texts.missing",
          told(`the text "${missing.id}" is missing in "${locale}"`, `el texto "${missing.id}" falta en "${locale}"`),
          told("Write it.", "Escríbalo."),
        );
      if (words > MAX_PAGE_WORDS)
        report(
          "texts.too-long",
          told(
            `the page of "${place.step}" has ${words} words in "${locale}", at most ${MAX_PAGE_WORDS} are read`,
            `la página de "${place.step}" tiene ${words} palabras en "${locale}", y se leen a lo más ${MAX_PAGE_WORDS}`,
          ),
          told("Make it shorter, or two pages of it.", "Acórtela, o haga de ella dos páginas."),
        );
    }
  }
  return [...refusals, ...refusedByRules(subject, WAITING_RULES)];
};

type Said = { readonly id: string; readonly text: string };

/** Every text on a page, with its id. Options and rows come from institutions as often as not: they are no prose. */
function textsIn(value: unknown): Said[] {
  if (typeof value !== "object") return [];
  const said: Said | { readonly text?: undefined } = Object(value);
  if (said.text !== undefined) return [said];
  return Object.entries(said).flatMap(([name, inner]) => (name === "options" || name === "rows" ? [] : textsIn(inner)));
}
