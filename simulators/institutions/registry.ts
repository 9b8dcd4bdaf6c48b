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

const PEOPLE: readonly RegisteredPerson[] = [
  {
    run: "12345678-5",
    names: "MARÍA JOSÉ",
    firstSurname: "PEÑA",
    secondSurname: "MUÑOZ",
    birthDate: "1988-03-14",
    sex: "FEMENINO",
    birthPlace: "VALPARAÍSO",
    registration: { office: "VALPARAÍSO", number: "1234", year: 1988 },
    parents: ["JUAN ANTONIO PEÑA ROJAS", "ROSA ELENA MUÑOZ DÍAZ"],
    insurance: fonasa("B"),
  },
  {
    run: "11111111-1",
    names: "PEDRO PABLO",
    firstSurname: "SOTO",
    secondSurname: "ÑANCUPIL",
    birthDate: "1979-11-02",
    sex: "MASCULINO",
    birthPlace: "TEMUCO",
    registration: { office: "TEMUCO", number: "877", year: 1979 },
    parents: ["LUIS ALBERTO SOTO PÉREZ", "JUANA ÑANCUPIL MARILEO"],
    insurance: fonasa("C"),
  },
  {
    run: "7654321-6",
    names: "GLADYS DEL CARMEN",
    firstSurname: "ARAYA",
    secondSurname: "TAPIA",
    birthDate: "1955-07-30",
    sex: "FEMENINO",
    birthPlace: "OVALLE",
    registration: { office: "OVALLE", number: "402", year: 1955 },
    parents: ["HERNÁN ARAYA CORTÉS", "OLGA TAPIA VEGA"],
    insurance: fonasa("D"),
  },
  {
    run: "1000005-K",
    names: "SEGUNDO",
    firstSurname: "CÁRDENAS",
    secondSurname: "OYARZÚN",
    birthDate: "1938-01-09",
    sex: "MASCULINO",
    birthPlace: "CASTRO",
    registration: { office: "CASTRO", number: "31", year: 1938 },
    parents: ["ROSA OYARZÚN"],
    insurance: fonasa("A"),
  },
  {
    run: "22222222-2",
    names: "CAROLINA ANDREA",
    firstSurname: "FUENTES",
    secondSurname: "LEIVA",
    birthDate: "1991-05-21",
    sex: "FEMENINO",
    birthPlace: "SANTIAGO",
    registration: { office: "PROVIDENCIA", number: "2210", year: 1991 },
    parents: ["MARIO FUENTES SILVA", "ANDREA LEIVA CASTRO"],
    insurance: { kind: "isapre", code: "99", name: "ISAPRE DE PRUEBA" },
  },
  {
    run: "44444444-4",
    names: "JORGE LUIS",
    firstSurname: "VERA",
    secondSurname: "MANSILLA",
    birthDate: "1984-09-18",
    sex: "MASCULINO",
    birthPlace: "PUNTA ARENAS",
    registration: { office: "PUNTA ARENAS", number: "655", year: 1984 },
    parents: ["LUIS VERA GÓMEZ", "ANA MANSILLA RUIZ"],
    insurance: fonasa("B", false),
  },
  {
    run: "55555555-5",
    names: "ANTONIA",
    firstSurname: "HUENCHUL",
    secondSurname: "REYES",
    birthDate: "2001-12-06",
    sex: "FEMENINO",
    birthPlace: "CONCEPCIÓN",
    registration: { office: "CONCEPCIÓN", number: "3017", year: 2001 },
    parents: ["RAÚL HUENCHUL COÑOEPÁN", "PATRICIA REYES LARA"],
    insurance: fonasa("B"),
  },
  {
    run: "10000013-K",
    names: "JOSÉ MIGUEL",
    firstSurname: "O'RYAN",
    secondSurname: "BUSTOS",
    birthDate: "1966-02-28",
    sex: "MASCULINO",
    birthPlace: "ARICA",
    registration: { office: "ARICA", number: "140", year: 1966 },
    parents: ["PATRICIO O'RYAN VIDAL", "MARTA BUSTOS GODOY"],
    insurance: fonasa("C"),
  },
];

export function findPerson(run: string): RegisteredPerson | undefined {
  return PEOPLE.find((person) => person.run === run);
}

export function fullName(person: RegisteredPerson): string {
  return `${person.names} ${person.firstSurname} ${person.secondSurname}`;
}
