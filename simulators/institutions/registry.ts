import { SYNTHETIC_PEOPLE } from "../people.ts";

/** The synthetic people that the simulated institutions know, by RUN. None of them exists. */
export type RegisteredPerson = {
  readonly run: string;
  readonly names: string;
  readonly firstSurname: string;
  readonly secondSurname: string;
  /** ISO date. */
  readonly birthDate: string;
  readonly sex: "FEMENINO" | "MASCULINO";
  readonly birthPlace: string;
  readonly registration: { readonly office: string; readonly number: string; readonly year: number };
  readonly parents: readonly string[];
  readonly insurance:
    | { readonly kind: "fonasa"; readonly tramo: "A" | "B" | "C" | "D"; readonly active: boolean }
    | { readonly kind: "isapre"; readonly code: string; readonly name: string };
};

function fonasa(tramo: "A" | "B" | "C" | "D", active = true): RegisteredPerson["insurance"] {
  return { kind: "fonasa", tramo, active };
}

type Entry = Pick<RegisteredPerson, "birthPlace" | "parents" | "insurance"> & {
  readonly office: string;
  readonly number: string;
};

/** What the institutions know besides what stands on the card. */
const ENTRIES: Readonly<Record<(typeof SYNTHETIC_PEOPLE)[number]["run"], Entry>> = {
  "12345678-5": {
    birthPlace: "VALPARAÍSO",
    office: "VALPARAÍSO",
    number: "1234",
    parents: ["LUIS ALBERTO MUÑOZ ROJAS", "ELENA PÉREZ DÍAZ"],
    insurance: fonasa("B"),
  },
  "11111111-1": {
    birthPlace: "TEMUCO",
    office: "TEMUCO",
    number: "877",
    parents: ["IGNACIO IBÁÑEZ SOTO", "MARTA GÜIRALDES VEGA"],
    insurance: fonasa("C"),
  },
  "7654321-6": {
    birthPlace: "OVALLE",
    office: "OVALLE",
    number: "402",
    parents: ["SEGUNDO ÑANCULEF MARILEO", "ROSA CATRILEO ANTIL"],
    insurance: fonasa("D"),
  },
  "1000005-K": {
    birthPlace: "CASTRO",
    office: "CASTRO",
    number: "31",
    parents: ["CARMEN OLAVARRÍA"],
    insurance: fonasa("A"),
  },
  "22222222-2": {
    birthPlace: "SANTIAGO",
    office: "PROVIDENCIA",
    number: "2210",
    parents: ["LUC DUFRESNE", "CLAIRE SAINT-CLAIR"],
    insurance: { kind: "isapre", code: "99", name: "ISAPRE DE PRUEBA" },
  },
  "44444444-4": {
    birthPlace: "PUNTA ARENAS",
    office: "PUNTA ARENAS",
    number: "655",
    parents: ["JORGE PEÑALOZA VERA", "BELÉN RÍOS MANSILLA"],
    insurance: fonasa("B", false),
  },
  "55555555-5": {
    birthPlace: "CONCEPCIÓN",
    office: "CONCEPCIÓN",
    number: "3017",
    parents: ["JEAN DORCÉLY", "MARIE BEAUVIL"],
    insurance: fonasa("B"),
  },
  "10000013-K": {
    birthPlace: "ARICA",
    office: "ARICA",
    number: "140",
    parents: ["ANDRÉS QUIÑONES VIDAL", "MARTA AÇUÑA GODOY"],
    insurance: fonasa("C"),
  },
};

const PEOPLE: readonly RegisteredPerson[] = SYNTHETIC_PEOPLE.map((person) => {
  const { office, number, ...known } = ENTRIES[person.run];
  return {
    run: person.run,
    names: person.givenNames.toUpperCase(),
    firstSurname: person.paternalSurname.toUpperCase(),
    secondSurname: person.maternalSurname.toUpperCase(),
    birthDate: person.birthDate,
    sex: person.sex === "F" ? "FEMENINO" : "MASCULINO",
    registration: { office, number, year: Number(person.birthDate.slice(0, 4)) },
    ...known,
  };
});

export function findPerson(run: string): RegisteredPerson | undefined {
  return PEOPLE.find((person) => person.run === run);
}

export function fullName(person: RegisteredPerson): string {
  return `${person.names} ${person.firstSurname} ${person.secondSurname}`;
}
