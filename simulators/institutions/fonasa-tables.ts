export type Prestacion = {
  readonly code: string;
  readonly name: string;
  /** What FONASA pays, integer pesos. */
  readonly bonus: number;
  /** Value at levels 1, 2 and 3, integer pesos. */
  readonly values: readonly [number, number, number];
};

export type Provider = {
  readonly rut: string;
  readonly name: string;
  readonly level: 1 | 2 | 3;
  readonly address: string;
  readonly prestaciones: readonly string[];
};

/**
 * 0101001 is the published example of a prestación code. Every other code is invented (group 99 does not exist), and so
 * is every amount: they only have the right form.
 */
export const PRESTACIONES: readonly Prestacion[] = [
  { code: "0101001", name: "Consulta médica general", bonus: 7_950, values: [13_250, 17_220, 21_200] },
  { code: "9901002", name: "Consulta de especialidad", bonus: 9_120, values: [15_200, 19_760, 24_320] },
  { code: "9901003", name: "Consulta de matrona", bonus: 5_040, values: [8_400, 10_920, 13_440] },
  { code: "9902001", name: "Hemograma", bonus: 2_310, values: [3_850, 5_010, 6_160] },
  { code: "9902002", name: "Perfil lipídico", bonus: 4_380, values: [7_300, 9_490, 11_680] },
  { code: "9903001", name: "Radiografía de tórax", bonus: 8_640, values: [14_400, 18_720, 23_040] },
  { code: "9903002", name: "Ecotomografía abdominal", bonus: 15_900, values: [26_500, 34_450, 42_400] },
  { code: "9904001", name: "Sesión de kinesiología", bonus: 3_120, values: [5_200, 6_760, 8_320] },
];

const ALL = PRESTACIONES.map(({ code }) => code);

/** Invented providers; their RUTs have valid check digits. */
export const PROVIDERS: readonly Provider[] = [
  {
    rut: "76000001-9",
    name: "Centro Médico Los Aromos",
    level: 1,
    address: "Av. Brasil 100, Valparaíso",
    prestaciones: ALL,
  },
  {
    rut: "76000002-7",
    name: "Policlínico San Andrés",
    level: 1,
    address: "Prat 250, Valparaíso",
    prestaciones: ["0101001", "9901003", "9904001"],
  },
  {
    rut: "76000003-5",
    name: "Clínica Bahía",
    level: 2,
    address: "Libertad 800, Viña del Mar",
    prestaciones: ["0101001", "9901002", "9903001", "9903002"],
  },
  {
    rut: "76000004-3",
    name: "Laboratorio Cordillera",
    level: 2,
    address: "Condell 1210, Valparaíso",
    prestaciones: ["9902001", "9902002"],
  },
  {
    rut: "76000005-1",
    name: "Clínica Nueva Costanera",
    level: 3,
    address: "1 Norte 500, Viña del Mar",
    prestaciones: ALL,
  },
];
