import type { CaseState } from "../../base/contracts/attention.ts";
import { type QueryResult, SUBMISSIONS, type SubmissionResult } from "../../base/contracts/gateway.ts";

/** A document as a phone shows it: titles and rows, ready to be drawn. Holds personal data. */
export type PhoneDocument = {
  readonly title: string;
  readonly institution: string;
  readonly folio: string;
  /** Of documents that a third person may be shown. */
  readonly verificationCode?: string;
  readonly verificationUrl?: string;
  readonly rows: readonly (readonly [label: string, value: string])[];
};

/** Everything that is written of a document, the numbers by which it is known last. */
export function allRows({ rows, folio, verificationCode }: PhoneDocument): PhoneDocument["rows"] {
  const code: PhoneDocument["rows"] =
    verificationCode === undefined ? [] : [["Código de verificación", verificationCode]];
  return [...rows, ["Folio", folio], ...code];
}

const USES: Readonly<Record<string, string>> = {
  "todo-tramite": "Todo trámite",
  matricula: "Matrícula",
  "asignacion-familiar": "Asignación familiar",
};

const pesos = new Intl.NumberFormat("es-CL", { style: "currency", currency: "CLP", maximumFractionDigits: 0 });
const moment = new Intl.DateTimeFormat("es-CL", {
  dateStyle: "long",
  timeStyle: "short",
  hour12: false,
  timeZone: "America/Santiago",
});
const weekday = new Intl.DateTimeFormat("es-CL", { weekday: "long", day: "numeric", month: "long", timeZone: "UTC" });
const day = new Intl.DateTimeFormat("es-CL", { dateStyle: "long", timeZone: "UTC" });

/** The document that a submission produced; `undefined` when it produced none. */
export function documentOf(operation: string, result: unknown): PhoneDocument | undefined {
  if (operation === "fonasa.bono.issue") return bono(SUBMISSIONS[operation].result.parse(result));
  if (operation === "srcei.birth-certificate") return birthCertificate(SUBMISSIONS[operation].result.parse(result));
  if (operation === "chileatiende.reclamo.file") return complaint(SUBMISSIONS[operation].result.parse(result));
  if (operation === "signature.record") return declaration(SUBMISSIONS[operation].result.parse(result));
  if (operation === "attention.appointment.book") return appointment(SUBMISSIONS[operation].result.parse(result));
  return undefined;
}

/** A day as people read it. @param date ISO date. */
export function dayOf(date: string): string {
  return weekday.format(new Date(date));
}

function appointment(result: SubmissionResult<"attention.appointment.book">): PhoneDocument {
  return {
    title: "Su hora reservada",
    institution: "ChileAtiende",
    folio: result.folio,
    rows: [
      ["Día", dayOf(result.date)],
      ["Hora", result.time],
      ["Lugar", result.place],
      ["Para", result.matter],
    ],
  };
}

const CASE_WORDS: Readonly<Record<CaseState, string>> = {
  received: "Recibido",
  "in-review": "En revisión",
  "waits-for-you": "Falta algo de su parte",
  approved: "Aprobado",
  rejected: "Rechazado",
  closed: "Terminado",
};

/** Where a case stands, for the citizen's own phone. */
export function caseDocument(status: QueryResult<"cases.status">): PhoneDocument {
  const date = (at: string | null) => (at === null ? "Todavía no" : day.format(new Date(at)));
  return {
    title: status.name,
    institution: status.institution,
    folio: status.case,
    rows: [
      ["Estado", CASE_WORDS[status.state]],
      ...(status.next === "" ? [] : [["Lo que sigue", status.next] as const]),
      ...status.steps.map((step): readonly [string, string] => [step.label, date(step.date)]),
    ],
  };
}

function bono(result: SubmissionResult<"fonasa.bono.issue">): PhoneDocument {
  return {
    title: "Bono de Atención de Salud",
    institution: "FONASA",
    folio: result.folio,
    verificationCode: result.verificationCode,
    verificationUrl: result.verificationUrl,
    rows: [
      ["Beneficiario", result.beneficiary.name],
      ["RUN", result.beneficiary.run],
      ["Tramo", result.tramo],
      ["Prestación", `${result.prestacion.name} (${result.prestacion.code})`],
      ["Prestador", `${result.provider.name}, ${result.provider.address}`],
      ["Nivel", String(result.provider.level)],
      ["Valor total", pesos.format(result.total)],
      ["Aporte de FONASA", pesos.format(result.bonus)],
      ["Usted pagó", pesos.format(result.copago)],
      ["Emitido", moment.format(new Date(result.issuedAt))],
      ["Válido hasta", day.format(new Date(result.expiresOn))],
    ],
  };
}

function complaint(result: SubmissionResult<"chileatiende.reclamo.file">): PhoneDocument {
  return {
    title: "Comprobante de reclamo",
    institution: "ChileAtiende",
    folio: result.folio,
    verificationCode: result.verificationCode,
    verificationUrl: result.verificationUrl,
    rows: [
      ["RUN", result.run],
      ["Recibido", moment.format(new Date(result.receivedAt))],
      ["Respuesta hasta", day.format(new Date(result.answerBy))],
    ],
  };
}

const SIGNED_WITH: Readonly<Record<SubmissionResult<"signature.record">["signedWith"], string>> = {
  "cedula-chip": "El chip de su cédula",
  "cedula-finger": "Su huella",
  "clave-unica": "ClaveÚnica",
};

/** What was signed, with every paragraph: the same for the signing service, for paper and for the phone. */
export function declaration(result: SubmissionResult<"signature.record">): PhoneDocument {
  return {
    title: result.title,
    institution: "ChileAtiende",
    folio: result.folio,
    verificationCode: result.verificationCode,
    verificationUrl: result.verificationUrl,
    rows: [
      ...result.text.map((paragraph, at): readonly [string, string] => [`Párrafo ${at + 1}`, paragraph]),
      ...(result.signer.name === undefined ? [] : [["Firma", result.signer.name] as const]),
      ["RUN", result.signer.run],
      ["Firmado", moment.format(new Date(result.signedAt))],
      ["Firmado con", SIGNED_WITH[result.signedWith]],
      ["Huella (SHA-256)", result.hash],
      ["Se guarda hasta", day.format(new Date(result.keptUntil))],
    ],
  };
}

function birthCertificate(result: SubmissionResult<"srcei.birth-certificate">): PhoneDocument {
  const { person } = result;
  return {
    title: "Certificado de nacimiento",
    institution: "Servicio de Registro Civil e Identificación",
    folio: result.folio,
    verificationCode: result.verificationCode,
    verificationUrl: result.verificationUrl,
    rows: [
      ["Nombre", person.name],
      ["RUN", person.run],
      ["Fecha de nacimiento", day.format(new Date(person.birthDate))],
      ["Lugar de nacimiento", person.birthPlace],
      ["Sexo", person.sex],
      ["Inscripción", `${person.registration.office}, N.º ${person.registration.number}, ${person.registration.year}`],
      ...person.parents.map((parent): readonly [string, string] => ["Madre o padre", parent]),
      ["Uso", USES[result.use] ?? result.use],
      ["Emitido", moment.format(new Date(result.issuedAt))],
      ["Válido hasta", day.format(new Date(result.validUntil))],
    ],
  };
}
