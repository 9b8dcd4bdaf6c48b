import { fullName, personWithRun, SYNTHETIC_PEOPLE } from "../people.ts";

/** A synthetic person as the simulated institutions have them on record. */
export type RegisteredPerson = {
  readonly run: string;
  readonly names: string;
  readonly firstSurname: string;
  readonly secondSurname: string;
  readonly fullName: string;
  /** ISO date. */
  readonly birthDate: string;
  readonly sex: "FEMENINO" | "MASCULINO";
} & InstitutionRecord;

type InstitutionRecord = {
  readonly birthPlace: string;
  readonly registration: { readonly office: string; readonly number: string; readonly year: number };
  readonly parents: readonly string[];
  readonly insurance:
    | { readonly kind: "fonasa"; readonly tramo: "A" | "B" | "C" | "D"; readonly active: boolean }
    | { readonly kind: "isapre"; readonly code: string; readonly name: string };
};

function fonasa(tramo: "A" | "B" | "C" | "D", active = true): InstitutionRecord["insurance"] {
  return { kind: "fonasa", tramo, active };
}

const RECORDS: Readonly<Record<(typeof SYNTHETIC_PEOPLE)[number]["run"], InstitutionRecord>> = {
  "12345678-5": {
    birthPlace: "VALPARAÍSO",
    registration: { office: "VALPARAÍSO", number: "1234", year: 1974 },
    parents: ["JUAN ANTONIO MUÑOZ ROJAS", "MARÍA INÉS PÉREZ DÍAZ"],
    insurance: fonasa("B"),
  },
  "11111111-1": {
    birthPlace: "TEMUCO",
    registration: { office: "TEMUCO", number: "877", year: 1969 },
    parents: ["LUIS ALBERTO IBÁÑEZ SOTO", "JUANA GÜIRALDES MARÍN"],
    insurance: fonasa("C"),
  },
  "7654321-6": {
    birthPlace: "CARAHUE",
    registration: { office: "CARAHUE", number: "402", year: 1951 },
    parents: ["SEGUNDO ÑANCULEF COÑOEPÁN", "OLGA CATRILEO VEGA"],
    insurance: fonasa("D"),
  },
  "1000005-K": {
    birthPlace: "CASTRO",
    registration: { office: "CASTRO", number: "31", year: 1938 },
    parents: ["ROSA OLAVARRÍA BARRÍA"],
    insurance: fonasa("A"),
  },
  "22222222-2": {
    birthPlace: "LYON, FRANCIA",
    registration: { office: "SANTIAGO", number: "2210", year: 1994 },
    parents: ["MARC DUFRESNE PETIT", "LÉA SAINT-CLAIR MOREAU"],
    insurance: { kind: "isapre", code: "99", name: "ISAPRE DE PRUEBA" },
  },
  "44444444-4": {
    birthPlace: "PUNTA ARENAS",
    registration: { office: "PUNTA ARENAS", number: "655", year: 2008 },
    parents: ["LUIS PEÑALOZA GÓMEZ", "ANA RÍOS RUIZ"],
    insurance: fonasa("B", false),
  },
  "55555555-5": {
    birthPlace: "PUERTO PRÍNCIPE, HAITÍ",
    registration: { office: "SANTIAGO", number: "3017", year: 2016 },
    parents: ["JEAN DORCÉLY PIERRE", "MARIE BEAUVIL LOUIS"],
    insurance: fonasa("B"),
  },
  "10000013-K": {
    birthPlace: "ARICA",
    registration: { office: "ARICA", number: "140", year: 1963 },
    parents: ["PATRICIO QUIÑONES VIDAL", "MARTA AÇUÑA GODOY"],
    insurance: fonasa("C"),
  },
  "19283746-4": {
    birthPlace: "ZQKANQUE",
    registration: { office: "ZQKANQUE", number: "611", year: 1961 },
    parents: ["PEDRO ZQKANALES ROJO", "LUZ ZQKANDIA VERA"],
    insurance: fonasa("B"),
  },
};

/** What the institutions know of the person with this RUN; nobody else is known to them. */
export function findPerson(run: string): RegisteredPerson | undefined {
  const known = SYNTHETIC_PEOPLE.find((person) => person.run === run);
  if (known === undefined) return undefined;
  const person = personWithRun(known.run);
  return {
    run,
    names: person.givenNames.toUpperCase(),
    firstSurname: person.paternalSurname.toUpperCase(),
    secondSurname: person.maternalSurname.toUpperCase(),
    fullName: fullName(person).toUpperCase(),
    birthDate: person.birthDate,
    sex: person.sex === "F" ? "FEMENINO" : "MASCULINO",
    ...RECORDS[known.run],
  };
}
