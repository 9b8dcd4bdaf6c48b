/**
 * The three layouts of machine-readable zones on identity and travel documents (ICAO Doc 9303-5 TD1, 9303-6 TD2, 9303-4
 * TD3), declared once and used in both directions. Positions count from 0 over all lines laid end to end.
 */
export type MrzFormat = "TD1" | "TD2" | "TD3";

export type MrzField =
  | "documentCode"
  | "issuer"
  | "name"
  | "documentNumber"
  | "nationality"
  | "birthDate"
  | "sex"
  | "expiryDate"
  | "optionalData"
  | "optionalData2"
  | "documentNumberCheck"
  | "birthDateCheck"
  | "expiryDateCheck"
  | "optionalDataCheck"
  | "compositeCheck";

export type Span = readonly [from: number, length: number];

export type MrzLayout = {
  readonly lines: number;
  readonly width: number;
  /** First letters of the document code by which the layout is told from other text of the same size. */
  readonly codes: string;
  readonly fields: { readonly [F in MrzField]?: Span };
  /** What the composite check digit runs over, in order. */
  readonly composite: readonly Span[];
  /** Where the rest of a document number of more than nine characters goes; TD3 has no such place. */
  readonly longNumberIn: "optionalData" | undefined;
};

export const MRZ_LAYOUTS: { readonly [F in MrzFormat]: MrzLayout } = {
  TD1: {
    lines: 3,
    width: 30,
    codes: "ACI",
    fields: {
      documentCode: [0, 2],
      issuer: [2, 3],
      documentNumber: [5, 9],
      documentNumberCheck: [14, 1],
      optionalData: [15, 15],
      birthDate: [30, 6],
      birthDateCheck: [36, 1],
      sex: [37, 1],
      expiryDate: [38, 6],
      expiryDateCheck: [44, 1],
      nationality: [45, 3],
      optionalData2: [48, 11],
      compositeCheck: [59, 1],
      name: [60, 30],
    },
    composite: [
      [5, 25],
      [30, 7],
      [38, 7],
      [48, 11],
    ],
    longNumberIn: "optionalData",
  },
  TD2: {
    lines: 2,
    width: 36,
    codes: "ACI",
    fields: {
      documentCode: [0, 2],
      issuer: [2, 3],
      name: [5, 31],
      documentNumber: [36, 9],
      documentNumberCheck: [45, 1],
      nationality: [46, 3],
      birthDate: [49, 6],
      birthDateCheck: [55, 1],
      sex: [56, 1],
      expiryDate: [57, 6],
      expiryDateCheck: [63, 1],
      optionalData: [64, 7],
      compositeCheck: [71, 1],
    },
    composite: [
      [36, 10],
      [49, 7],
      [57, 14],
    ],
    longNumberIn: "optionalData",
  },
  TD3: {
    lines: 2,
    width: 44,
    codes: "P",
    fields: {
      documentCode: [0, 2],
      issuer: [2, 3],
      name: [5, 39],
      documentNumber: [44, 9],
      documentNumberCheck: [53, 1],
      nationality: [54, 3],
      birthDate: [57, 6],
      birthDateCheck: [63, 1],
      sex: [64, 1],
      expiryDate: [65, 6],
      expiryDateCheck: [71, 1],
      optionalData: [72, 14],
      optionalDataCheck: [86, 1],
      compositeCheck: [87, 1],
    },
    composite: [
      [44, 10],
      [57, 7],
      [65, 22],
    ],
    longNumberIn: undefined,
  },
};

export const MRZ_FORMATS = ["TD1", "TD2", "TD3"] as const satisfies readonly MrzFormat[];

/** The format that a line of this width and content may begin, e.g. to know how many lines belong together. */
export function formatOfFirstLine(line: string): MrzFormat | undefined {
  return MRZ_FORMATS.find((format) => {
    const { width, codes } = MRZ_LAYOUTS[format];
    return line.length === width && codes.includes(line.charAt(0)) && /^[A-Z][A-Z<]{4}[A-Z0-9<]+$/.test(line);
  });
}
