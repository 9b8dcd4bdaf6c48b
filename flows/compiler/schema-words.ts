import type { SchemaWords } from "../../base/explain-schema.ts";
import { type Told, told } from "../../base/told.ts";
import { saidOf } from "../engine/refusal.ts";

const NAME = "minúsculas, cifras y guiones; la primera es una letra";

/** What the formats of texts are called, by the English words that their schemas have. */
export const FORMATS: { readonly [english: string]: string } = {
  "an id is <institution>/<service>, in small letters": "<institución>/<servicio>, en minúsculas y sin tildes",
  "a name has small letters, digits and dashes, and begins with a letter": NAME,
};

/** What texts look like whose schema has a pattern and no words. */
const PATTERNS: readonly (readonly [like: string, words: string])[] = [
  ["municipalidad", NAME],
  ["1.0.0", "una versión como 1.0.0"],
];

/** What is said of a value that no form fits. */
export const NO_FORM = told("does not have the form that is taken here", "no tiene la forma que se pide aquí");

const UNITS: { readonly [origin: string]: readonly [one: string, more: string] } = {
  string: [" carácter", " caracteres"],
  array: [" elemento", " elementos"],
};

/** The sentences of `explain` in Spanish, for who has never programmed. */
export const SPANISH: SchemaWords = {
  kinds: {
    object: "un grupo de líneas de la forma nombre: valor",
    array: "una lista",
    string: "un texto",
    number: "un número",
    int: "un número entero",
    boolean: "true (sí) o false (no)",
  },
  missing: "falta",
  list: "una lista",
  mapping: "un grupo de líneas de la forma nombre: valor",
  empty: "vacío",
  text: (quoted) => `el texto ${quoted}`,
  is: (what) => (what === "vacío" ? "está vacío" : `es ${what}`),
  required: (kind) => `aquí va ${kind}`,
  allowed: (what) => `se acepta: ${what}`,
  bound: (side, limit, origin) => {
    const [one, more] = UNITS[origin] ?? ["", ""];
    return `${side === "least" ? "al menos" : "a lo más"} ${limit}${Number(limit) === 1 ? one : more}`;
  },
  unknownKey: (near, known) => {
    const hint = near === undefined ? "" : `; ¿quiso escribir "${near}"?`;
    return `no es un nombre que se use aquí${hint}${known.length === 0 ? "" : ` (se usan: ${known.join(", ")})`}`;
  },
  format: (issue) => FORMATS[issue.message] ?? likeOf(issue.pattern) ?? "un texto de otra forma",
  other: (issue, value) => {
    if (issue.code === "custom") return saidOf(issue, value)?.es ?? issue.message;
    return issue.code === "invalid_key" ? `no es un nombre que se pueda usar: ${NAME}` : NO_FORM.es;
  },
};

function likeOf(pattern: string | undefined): string | undefined {
  const [, source, flags] = /^\/(.*)\/([a-z]*)$/s.exec(pattern ?? "") ?? [];
  if (source === undefined) return undefined;
  return PATTERNS.find(([like]) => new RegExp(source, flags).test(like))?.[1];
}

/** Of what a sentence speaks: an entry of a list, a field, or the whole file. */
export function subjectOf(name: string | number | undefined): Told {
  if (typeof name === "number") return told(`entry ${name + 1}`, `el elemento ${name + 1}`);
  return name === undefined ? told("the file", "el archivo") : told(`"${name}"`, `"${name}"`);
}
