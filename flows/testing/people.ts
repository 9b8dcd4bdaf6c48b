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
  reading: "reading-1",
  documentNumber: CEDULA.documentNumber,
  birthDate: CEDULA.birthDate,
  runs: [RUN],
  expired: false,
  genuine: true,
} as const;

/** What a kiosk shows for the phone. */
export const PHONE = {
  step: "shown",
  url: "https://kiosk.example/c/K7MPQ2ZX",
  code: "K7MPQ2ZX",
  number: "47",
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

export const RECLAMO: Json = {
  run: RUN,
  folio: "700001",
  verificationCode: "AB12CD34EF",
  verificationUrl: "https://verificacion.example/700001",
  receivedAt: "2026-11-23T12:00:00-03:00",
  answerBy: "2026-12-03",
};

export const SIGNATURE = {
  folio: "F-K7MPQ2ZX",
  verificationCode: "H7K2PQ9X",
  verificationUrl: "https://verificacion.example/F-K7MPQ2ZX",
  signedAt: "2026-11-23T12:00:00-03:00",
  signer: { run: RUN, name: NAME },
  signedWith: "cedula-chip",
  title: "Declaración jurada simple",
  text: ["Declaro."],
  hash: "0".repeat(64),
  keptUntil: "2031-11-22",
} as const satisfies Json;

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

export const QUEUES = {
  queues: [
    { queue: "general", name: "Atención general", waiting: 8, minutes: 32, preferential: true },
    { queue: "clave", name: "ClaveÚnica", waiting: 1, minutes: null, preferential: false },
  ],
} as const satisfies Json;

export const TURN = {
  folio: "H7K2PQ9X",
  number: "A-049",
  queue: "Atención general",
  ahead: 8,
  minutes: 32,
  takenAt: "2026-11-23T12:00:00-03:00",
  url: "https://kiosk.example/t/H7K2PQ9X",
} as const satisfies Json;

const PLACE = "ChileAtiende Valdivia";

export const SLOTS = {
  slots: [
    { slot: "s1", date: "2026-11-30", time: "09:00", place: PLACE },
    { slot: "s2", date: "2026-11-30", time: "10:15", place: PLACE },
    { slot: "s3", date: "2026-12-01", time: "11:00", place: PLACE },
  ],
} as const satisfies Json;

export const APPOINTMENT = {
  folio: "M3XW8RTC",
  matter: "Atención general",
  date: "2026-11-30",
  time: "10:15",
  place: PLACE,
  url: "https://kiosk.example/t/M3XW8RTC",
} as const satisfies Json;

const CASE = {
  case: "SUB-2026-004512",
  name: "Subsidio Único Familiar",
  institution: "Instituto de Previsión Social",
  state: "waits-for-you",
  updatedOn: "2026-11-20",
} as const;

export const CASES = {
  cases: [CASE, { ...CASE, case: "BON-2026-018833", name: "Bono Base Familiar", state: "approved" }],
} as const satisfies Json;

export const CASE_STATUS = {
  ...CASE,
  openedOn: "2026-11-03",
  steps: [
    { label: "Usted hizo la solicitud", date: "2026-11-03", state: "done" },
    { label: "Usted entrega el papel que falta", date: null, state: "current" },
    { label: "Deciden si recibe el subsidio", date: null, state: "pending" },
  ],
  actor: "citizen",
  next: "Traiga el certificado de alumno regular.",
} as const satisfies Json;

const LINK = { url: "https://kiosk.example/d/xyz", code: "K7-XYZ", expiresAt: "2026-11-23T13:00:00-03:00" };

/** What each operation answers when all is well. */
export const ANSWERS: { readonly [operation: string]: Json } = {
  "signature.ready": { ready: true },
  "signature.record": SIGNATURE,
  "fonasa.affiliation": AFFILIATION,
  "fonasa.prestaciones": PRESTACIONES,
  "fonasa.providers": PROVIDERS,
  "fonasa.quote": QUOTE,
  "fonasa.bono.issue": BONO,
  "srcei.birth-certificate": CERTIFICATE,
  "chileatiende.contact-request": { folio: "SC-70001", receivedAt: "2026-11-23T12:00:00-03:00" },
  "chileatiende.reclamo.file": RECLAMO,
  "delivery.link": LINK,
  "attention.queues": QUEUES,
  "attention.turn.take": TURN,
  "attention.slots": SLOTS,
  "attention.appointment.book": APPOINTMENT,
  "attention.help": { state: "waiting" },
  "attention.help.call": { call: "H1" },
  "cases.list": CASES,
  "cases.status": CASE_STATUS,
  "cases.copy": LINK,
  "delivery.email": { accepted: true },
  "delivery.sms": { accepted: true },
  "consent.record": { recorded: true },
  "survey.record": { recorded: true },
};
