import type { Locale, Text } from "../../base/contracts/view.ts";
import { renderText, type Scope, type Template } from "./expression.ts";

/** The texts of one owner (a service, or the library) in one language: by key, one paragraph or several. */
export type TextTable = ReadonlyMap<string, readonly Template[]>;
export type TextTables = Readonly<Record<Locale, TextTable>>;

/** Texts of one owner, spoken in one language. */
export type Speaker = {
  /** The first paragraph under `key`; the key itself when it is missing, so that a gap is seen and nothing breaks. */
  readonly say: (key: string, extra?: Scope) => Text;
  readonly paragraphs: (key: string, extra?: Scope) => Text[];
  readonly has: (key: string) => boolean;
};

/**
 * @param owner becomes the first part of each text's id, e.g. `fonasa/bono-atencion` or `common`.
 */
export function createSpeaker(owner: string, tables: TextTables, locale: Locale, scope: Scope): Speaker {
  const table = tables[locale];
  const paragraphs = (key: string, extra?: Scope): Text[] => {
    const templates = table.get(key) ?? [];
    const all = extra === undefined ? scope : { ...scope, ...extra };
    return templates.map((template, index) => ({
      id: templates.length === 1 ? `${owner}/${key}` : `${owner}/${key}.${index + 1}`,
      text: renderText(template, all, locale),
    }));
  };
  return {
    say: (key, extra) => paragraphs(key, extra)[0] ?? { id: `${owner}/${key}`, text: key },
    paragraphs,
    has: (key) => table.has(key),
  };
}
