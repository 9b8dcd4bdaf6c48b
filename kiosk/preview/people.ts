import { TRACED } from "../../flows/checker/answers.ts";
import type { Json } from "../../flows/engine/ports.ts";

/** Somebody who does not exist and may stand before the screen. */
export type Person = {
  readonly id: string;
  readonly name: string;
  readonly run: string;
  /** ISO date. */
  readonly birthDate: string;
};

export const PEOPLE: readonly [Person, ...Person[]] = [
  { id: "adult", name: "MARÍA CANARIA GONZÁLEZ", run: "12345678-5", birthDate: "1980-05-17" },
  { id: "minor", name: "PEDRO CANARIO GONZÁLEZ", run: "22222222-2", birthDate: "2016-03-02" },
  { id: "old", name: "ROSA AMELIA GONZÁLEZ DEL CARMEN SEPÚLVEDA", run: "11111111-1", birthDate: "1941-11-30" },
];

/** What stands in the checker's samples for a text that nothing depends on. */
const BLANK = ["x", "y"];

/** Dates of birth in samples where no condition asks for an age. */
const DATES = ["1980-05-17", "2030-01-01", "2031-02-02"];

/** Something to read in its place, by what it is called in the gateway's contract. */
const EXAMPLES: { readonly [field: string]: string } = {
  name: "Nombre de ejemplo",
  address: "Calle de Ejemplo 123, Valdivia",
  folio: "500000000001",
  verificationCode: "a1b2c3d4e5f6",
  birthPlace: "Valdivia",
  sex: "Femenino",
  office: "Valdivia",
  quote: "Q-1",
  code: "K7-XYZ",
  number: "INC-0042",
};

/**
 * An answer of the checker's with a person and with texts to read in it. Values by which the journey goes one way or another stay
 * as they are.
 */
export function dressed(answer: unknown, person: Person): unknown {
  return dress(answer as Json, person, "", 0);
}

function dress(value: Json, person: Person, field: string, place: number): Json {
  if (Array.isArray(value)) return value.map((item: Json, index) => dress(item, person, field, index));
  if (typeof value === "object" && value !== null) {
    const inside = Object.entries(value).map(([name, inner]) => [name, dress(inner, person, name, place)] as const);
    const record = Object.fromEntries(inside);
    // Whoever has a RUN beside the name is the person; a lender, an office or a doctor has another number.
    return "run" in record && "name" in record ? { ...record, run: person.run, name: person.name } : record;
  }
  if (value === TRACED.run) return person.run;
  if (value === TRACED.name) return person.name;
  if (field === "birthDate" && DATES.includes(String(value))) return person.birthDate;
  if (typeof value !== "string" || !BLANK.includes(value)) return value;
  const example = EXAMPLES[field] ?? "Ejemplo";
  return place === 0 ? example : `${example} ${place + 1}`;
}
