/**
 * The invented people of the simulated world. Names, dates and document numbers are made up; the RUNs have valid check
 * digits and are used by simulators and tests only. Devices' and institutions' simulators share this list, so that who
 * presents a cédula at the reader is known at the simulated FONASA or Registro Civil.
 */
export type SyntheticPerson = {
  /** Canonical RUN. */
  readonly run: string;
  readonly givenNames: string;
  readonly paternalSurname: string;
  readonly maternalSurname: string;
  readonly sex: "F" | "M";
  /** ISO date. */
  readonly birthDate: string;
  /** Three-letter code. */
  readonly nationality: string;
  readonly card: {
    /** The 2013 design, or the one issued since 16 December 2024. */
    readonly design: "2013" | "2024";
    readonly type: "CEDULA" | "CEDULA_EXT";
    readonly documentNumber: string;
    /** ISO date. */
    readonly expiryDate: string;
  };
};

export const SYNTHETIC_PEOPLE = [
  {
    run: "12345678-5",
    givenNames: "Rosa Elena",
    paternalSurname: "Muñoz",
    maternalSurname: "Pérez",
    sex: "F",
    birthDate: "1974-08-12",
    nationality: "CHL",
    card: { design: "2013", type: "CEDULA", documentNumber: "501234567", expiryDate: "2029-08-12" },
  },
  {
    run: "11111111-1",
    givenNames: "Tomás Ignacio",
    paternalSurname: "Ibáñez",
    maternalSurname: "Güiraldes",
    sex: "M",
    birthDate: "1969-02-28",
    nationality: "CHL",
    card: { design: "2024", type: "CEDULA", documentNumber: "B1C234567", expiryDate: "2035-02-28" },
  },
  {
    run: "7654321-6",
    givenNames: "Hernán Segundo",
    paternalSurname: "Ñanculef",
    maternalSurname: "Catrileo",
    sex: "M",
    birthDate: "1951-11-03",
    nationality: "CHL",
    card: { design: "2013", type: "CEDULA", documentNumber: "105550123", expiryDate: "2021-11-03" },
  },
  {
    run: "1000005-K",
    givenNames: "Berta del Carmen",
    paternalSurname: "Zúñiga",
    maternalSurname: "Olavarría",
    sex: "F",
    birthDate: "1938-05-21",
    nationality: "CHL",
    card: { design: "2024", type: "CEDULA", documentNumber: "B2D000321", expiryDate: "2034-05-21" },
  },
  {
    run: "22222222-2",
    givenNames: "Amélie Léa",
    paternalSurname: "Dufresne",
    maternalSurname: "Saint-Clair",
    sex: "F",
    birthDate: "1990-07-14",
    nationality: "FRA",
    card: { design: "2024", type: "CEDULA_EXT", documentNumber: "B3F778899", expiryDate: "2030-07-14" },
  },
  {
    run: "44444444-4",
    givenNames: "Antonia Belén",
    paternalSurname: "Peñaloza",
    maternalSurname: "Ríos",
    sex: "F",
    birthDate: "2008-01-30",
    nationality: "CHL",
    card: { design: "2024", type: "CEDULA", documentNumber: "B4G102030", expiryDate: "2033-01-30" },
  },
  {
    run: "55555555-5",
    givenNames: "Wilner Jean",
    paternalSurname: "Dorcély",
    maternalSurname: "Beauvil",
    sex: "M",
    birthDate: "1985-12-09",
    nationality: "HTI",
    card: { design: "2013", type: "CEDULA_EXT", documentNumber: "600987654", expiryDate: "2028-12-09" },
  },
  {
    run: "10000013-K",
    givenNames: "Óscar Andrés",
    paternalSurname: "Quiñones",
    maternalSurname: "Açuña",
    sex: "M",
    birthDate: "1963-09-18",
    nationality: "CHL",
    card: { design: "2013", type: "CEDULA", documentNumber: "512000777", expiryDate: "2030-09-18" },
  },
  // The canary: no word of hers is found anywhere by chance, so that what is left of a citizen can be searched for.
  {
    run: "19283746-4",
    givenNames: "Zqkanela",
    paternalSurname: "Zqkanales",
    maternalSurname: "Zqkandia",
    sex: "F",
    birthDate: "1961-10-19",
    nationality: "CHL",
    card: { design: "2024", type: "CEDULA", documentNumber: "B7K445566", expiryDate: "2034-10-19" },
  },
] as const satisfies readonly SyntheticPerson[];

/** The person with this RUN. @throws RangeError when nobody has it. */
export function personWithRun(run: string): SyntheticPerson {
  const person = SYNTHETIC_PEOPLE.find((candidate) => candidate.run === run);
  if (person === undefined) throw new RangeError(`no synthetic person has the RUN ${run}`);
  return person;
}

/** Given names and both surnames, as documents write them. */
export function fullName(person: SyntheticPerson): string {
  return `${person.givenNames} ${person.paternalSurname} ${person.maternalSurname}`;
}
