import { LOCALES, type Locale } from "../../base/contracts/view.ts";
import { assertOk } from "../../base/result.ts";
import { parseTemplate, type Scope } from "../engine/expression.ts";
import { createSpeaker, type Speaker, type TextTable, type TextTables } from "../engine/text-table.ts";
import { EN } from "./en.ts";
import { ES } from "./es.ts";

const LANGUAGES = { es: ES, en: EN };

/** ChileAtiende's call centre. */
const HELP_PHONE = "101";

/** What a language calls itself. */
export const LANGUAGE_NAMES: Readonly<Record<Locale, string>> = { es: "Español", en: "English" };

function table(texts: { readonly [key: string]: string | readonly string[] }): TextTable {
  return new Map(
    Object.entries(texts).map(([key, text]) => [
      key,
      [text].flat().map((paragraph) => assertOk(parseTemplate(paragraph), `the library's text ${key}`)),
    ]),
  );
}

export const COMMON_TEXTS = Object.fromEntries(
  LOCALES.map((locale) => [locale, table(LANGUAGES[locale])]),
) as unknown as TextTables;

/** The library's texts in `locale`. */
export function common(locale: Locale, scope: Scope = {}): Speaker {
  return createSpeaker("common", COMMON_TEXTS, locale, { ...scope, phone: HELP_PHONE });
}
