import type { Text } from "../../../base/contracts/view.ts";
import type { JourneyContext } from "../../engine/context.ts";
import { change, gathered } from "../moves.ts";
import type { BuildEnv } from "../step.ts";

/** Words on one page, besides the heading and the buttons: the whole page stays within what people read standing. */
const PAGE_WORDS = 55;

/** The paragraphs of what is signed, on as many pages as it needs; a paragraph stands on one page. */
export function pagesOf(paragraphs: readonly Text[]): Text[][] {
  const pages: Text[][] = [];
  let words = PAGE_WORDS;
  for (const paragraph of paragraphs) {
    const more = paragraph.text.split(/\s+/).length;
    if (words + more > PAGE_WORDS) {
      pages.push([]);
      words = 0;
    }
    pages.at(-1)?.push(paragraph);
    words += more;
  }
  return pages;
}

/** The page that is shown, from 0. In another language the text is another one, and is read from its first page. */
export function pageShown({ work, locale }: JourneyContext): number {
  return work.locale === locale && typeof work.page === "number" ? work.page : 0;
}

/** What is signed, and where in it the citizen is. */
export function declared(step: string, env: BuildEnv, context: JourneyContext) {
  return {
    page: pageShown(context),
    pages: pagesOf(env.service.speaker(context).paragraphs(`${step}.declaration`)),
  };
}

/** Whether the citizen has come to the last page, in the language in which they have read all of them. */
export function isLastPage(step: string, env: BuildEnv, context: JourneyContext): boolean {
  const { page, pages } = declared(step, env, context);
  return page === pages.length - 1;
}

/** Turns so many pages on, and keeps in which language it is read. */
export function turn(by: -1 | 0 | 1) {
  return change(({ context }) => gathered(context, { page: pageShown(context) + by, locale: context.locale }));
}

/** The language in which it was read. */
export function readIn({ work, locale }: JourneyContext): JourneyContext["locale"] {
  return work.locale === "es" || work.locale === "en" ? work.locale : locale;
}
