import { type Told, told } from "../../base/told.ts";
import { parseTemplate, type Template } from "../engine/expression.ts";
import { type TextTree, textTreeSchema } from "./definition.ts";
import type { DefinitionError, Path, Source } from "./source.ts";

const TEXT_REMEDY = told(
  'Write a text. One with a colon, or of figures alone, stands between quotes: "Lleve: su cédula".',
  'Escriba un texto. Si lleva dos puntos, o son solo cifras, va entre comillas: "Lleve: su cédula".',
);

/** The texts in `tree`, one by one, with their places. */
export function* textsIn(
  tree: TextTree,
  path: readonly string[] = [],
): Generator<{ readonly path: readonly string[]; readonly text: string | readonly string[] }> {
  for (const [key, value] of Object.entries(tree)) {
    if (typeof value === "string" || isList(value)) yield { path: [...path, key], text: value };
    else yield* textsIn(value, [...path, key]);
  }
}

/** One text, or a list of paragraphs, with their placeholders read. */
export function templatesOf(
  text: string | readonly string[],
  path: Path,
  at: Source["at"],
  errors: DefinitionError[],
): Template[] {
  return [text].flat().flatMap((one) => {
    const template = parseTemplate(one);
    if (template.ok) return [template.value];
    errors.push(at(path, template.error, told("Correct the placeholder.", "Corrija lo que está entre {{ y }}.")));
    return [];
  });
}

/** What is said of a value at `prefix` that is no tree of texts. */
export function noText(at: Source["at"], value: unknown, prefix: Path = []): DefinitionError {
  const [place, wrong] = placeWithoutText(value, prefix);
  const found = JSON.stringify(wrong);
  return at(place, told(`here stands no text: ${found}`, `aquí va un texto, y hay otra cosa: ${found}`), TEXT_REMEDY);
}

/** The first place where neither a text, nor a list of texts, nor further names stand. */
function placeWithoutText(value: unknown, path: Path): readonly [Path, unknown] {
  if (typeof value !== "object" || value === null) return [path, value];
  const inside: [string | number, unknown][] = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  const wrong = inside.find(([, inner]) =>
    Array.isArray(value) ? typeof inner !== "string" : !textTreeSchema.safeParse({ inner }).success,
  );
  if (wrong === undefined) return [path, value];
  const [name, inner] = wrong;
  // An entry of a list that has names of its own is a text with a colon in it.
  return Array.isArray(value) ? [[...path, name], inner] : placeWithoutText(inner, [...path, name]);
}

function isList(value: TextTree | readonly string[]): value is readonly string[] {
  return Array.isArray(value);
}

/** `done.title` → below `done:` a line `title: …`. */
export function whereToWrite(key: string): Told {
  const names = key.split(".");
  const last = names.pop();
  const below = names.map((name) => `"${name}:"`);
  return told(
    `Write below ${below.join(", then ")} a line: "${last}: …".`,
    `Escriba debajo de ${below.join(", luego ")} una línea: "${last}: …".`,
  );
}
