import { type Told, told } from "../../base/told.ts";

/** What is right elsewhere and wrong here, and how it is written here. */
export const MISTAKEN: Readonly<Record<string, Told>> = {
  "{": told("values stand without braces", "los valores van sin llaves"),
  "=": told('"is equal to" is written ==', '"es igual a" se escribe =='),
  '"': told("texts stand between single quotes", "los textos van entre comillas simples"),
};

/** What cannot be read as a condition, in words. */
export class Unreadable extends Error {
  readonly said: Told;

  constructor(said: Told) {
    super(said.en);
    this.said = said;
  }
}

export const VALUE = told("a value", "un valor");

/** Where a value should stand is `text`. */
export function misplaced(text: string): Unreadable {
  return new Unreadable(told(`"${text}" stands where a value should`, `"${text}" está donde debe ir un valor`));
}
