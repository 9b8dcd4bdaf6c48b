import type { Json } from "../engine/ports.ts";

/** Answers of institutions, in the form of the gateway's contract, about people who do not exist. */
export const RUN = "12345678-5";
export const NAME = "MARÍA CANARIA GONZÁLEZ";

export const CEDULA = {
  kind: "cedula",
  run: RUN,
  documentNumber: "123456789",
  birthDate: "1980-05-17",
  expiryDate: "2031-05-17",
  name: NAME,
  documentType: "CEDULA",
  expired: false,
} as const;

/** What its genuine chip says. */
export const CHIP = {
  documentNumber: CEDULA.documentNumber,
  birthDate: CEDULA.birthDate,
  runs: [RUN],
  expired: false,
  genuine: true,
} as const;

export const CERTIFICATE: Json = {
  folio: "500000000001",
  verificationCode: "a1b2c3d4e5f6",
  verificationUrl: "https://verificacion.example/500000000001",
  issuedAt: "2026-11-23T12:00:00-03:00",
  validUntil: "2027-01-22",
  use: "todo-tramite",
  person: {
    run: RUN,
    name: NAME,
    birthDate: "1980-05-17",
    birthPlace: "Valdivia",
    sex: "Femenino",
    registration: { office: "Valdivia", number: "123", year: 1980 },
    parents: ["PEDRO CANARIO", "ANA GONZÁLEZ"],
  },
};

const PRESTACION = { code: "0101001", name: "Consulta médica general" };
const PROVIDER = { rut: "7654321-6", name: "Centro Médico Los Ríos", level: 1, address: "Picarte 100, Valdivia" };

export const AFFILIATION = {
  beneficiary: { run: RUN, name: NAME },
  active: true,
  tramo: "B",
  isapre: null,
} as const satisfies Json;

export const PRESTACIONES = {
  prestaciones: [PRESTACION, { code: "0101003", name: "Consulta de especialidad" }],
} as const satisfies Json;

export const PROVIDERS = {
  providers: [PROVIDER, { ...PROVIDER, rut: "1000005-K", name: "Clínica Alemana del Sur", level: 3 }],
} as const satisfies Json;

export const QUOTE: Json = {
  quote: "Q-1",
  prestacion: PRESTACION,
  provider: PROVIDER,
  total: 16_220,
  bonus: 9_730,
  copago: 6_490,
  expiresAt: "2026-11-23T13:00:00-03:00",
};

export const BONO: Json = {
  folio: "900000001",
  verificationCode: "ZX81",
  verificationUrl: "https://bono.example/900000001",
  issuedAt: "2026-11-23T12:00:00-03:00",
  expiresOn: "2026-12-23",
  beneficiary: { run: RUN, name: NAME },
  tramo: "B",
  prestacion: PRESTACION,
  provider: PROVIDER,
  total: 16_220,
  bonus: 9_730,
  copago: 6_490,
};

export const SALE = {
  status: "approved",
  responseCode: "00",
  amount: 6_490,
  ticket: "VT0001",
  authorizationCode: "012345",
  last4: "4242",
  operationNumber: "000777",
  terminalId: "T1",
  terminalTime: "2026-11-23T12:00:00",
  voucher: ["COMPROBANTE DE VENTA", "TARJETA DE CREDITO"],
} as const;

export const DECLINED = { ...SALE, status: "declined", responseCode: "01" } as const;

/** What each operation answers when all is well. */
export const ANSWERS: { readonly [operation: string]: Json } = {
  "fonasa.affiliation": AFFILIATION,
  "fonasa.prestaciones": PRESTACIONES,
  "fonasa.providers": PROVIDERS,
  "fonasa.quote": QUOTE,
  "fonasa.bono.issue": BONO,
  "srcei.birth-certificate": CERTIFICATE,
  "delivery.link": { url: "https://kiosk.example/d/xyz", code: "K7-XYZ", expiresAt: "2026-11-23T13:00:00-03:00" },
  "delivery.email": { accepted: true },
  "consent.record": { recorded: true },
  "survey.record": { recorded: true },
};
