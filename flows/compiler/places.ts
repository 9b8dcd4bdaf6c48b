import { LOCALES, type Locale } from "../../base/contracts/view.ts";
import { told } from "../../base/told.ts";
import type { Template } from "../engine/expression.ts";
import type { TextTable } from "../engine/text-table.ts";
import type { Expansion } from "./parts.ts";
import type { DefinitionError, Source } from "./source.ts";
import { templatesOf, whereToWrite } from "./text-tree.ts";

/** The file of a service as one with the parts that it uses: what is said of a step is said where the step is written. */
export function placedSteps(file: Source, { steps }: Expansion): Source {
  return {
    ...file,
    at: ([field, index, ...rest], problem, remedy) => {
      const step = field === "steps" && typeof index === "number" ? steps[index] : undefined;
      if (step !== undefined) return step.at(rest, problem, remedy);
      return file.at([field, index].filter((part) => part !== undefined).concat(rest), problem, remedy);
    },
  };
}

type ByLocale<T> = { readonly [L in Locale]?: T };

/**
 * The texts of a service with those of its parts that it does not write anew, and their files: what is said of a text is said where it
 * is written, or should be.
 */
export function withPartTexts(
  own: ByLocale<TextTable>,
  files: ByLocale<Source>,
  expansion: Expansion,
  errors: DefinitionError[],
): { readonly texts: ByLocale<TextTable>; readonly files: ByLocale<Source> } {
  const texts: { [L in Locale]?: TextTable } = {};
  const placed: { [L in Locale]?: Source } = {};
  for (const locale of LOCALES) {
    const [table, file] = [own[locale], files[locale]];
    if (table === undefined || file === undefined) continue;
    const all = new Map<string, readonly Template[]>(table);
    for (const [key, { text, at }] of expansion.texts[locale])
      if (!table.has(key)) all.set(key, templatesOf(text, [], at, errors));
    texts[locale] = all;
    placed[locale] = placedTexts(file, table, locale, expansion);
    errors.push(...halfWritten(file, locale, own, expansion));
  }
  return { texts, files: placed };
}

function placedTexts(file: Source, own: TextTable, locale: Locale, { texts, textsOf }: Expansion): Source {
  return {
    ...file,
    at: (path, problem, remedy) => {
      const key = path.join(".");
      const mistake = file.at(path, problem, remedy);
      if (own.has(key)) return mistake;
      const written = texts[locale].get(key);
      if (written !== undefined) return written.at([], problem, remedy);
      const part = textsOf.get(String(path[0]))?.(locale);
      const either = told(
        `Write it here, or in ${mistake.file}. There: ${remedy.en}`,
        `Escríbalo aquí, o en ${mistake.file}. Allá: ${remedy.es}`,
      );
      return part?.([], problem, either) ?? mistake;
    },
  };
}

/** Texts of parts that the service writes anew in another language and not in `locale`: people would read two different things. */
function halfWritten(file: Source, locale: Locale, own: ByLocale<TextTable>, { texts }: Expansion): DefinitionError[] {
  return [...texts[locale].keys()].flatMap((key) => {
    const other = LOCALES.find((one) => own[one]?.has(key));
    if (own[locale]?.has(key) || other === undefined) return [];
    const problem = told(
      `the text "${key}" of a part is written anew in "${other}" and not here`,
      `el texto "${key}" de una parte está escrito de nuevo en "${other}", y aquí no`,
    );
    const { en, es } = whereToWrite(key);
    return [file.at([], problem, told(`${en} Or take it out there.`, `${es} O quítelo allá.`))];
  });
}
