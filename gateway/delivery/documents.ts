import { SUBMISSIONS, type SubmissionResult } from "../../base/contracts/gateway.ts";

/** A document as a phone shows it: titles and rows, ready to be drawn. Holds personal data. */
export type PhoneDocument = {
  readonly title: string;
  readonly institution: string;
  readonly folio: string;
  readonly verificationCode: string;
  readonly verificationUrl: string;
  readonly rows: readonly (readonly [label: string, value: string])[];
};

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
const day = new Intl.DateTimeFormat("es-CL", { dateStyle: "long", timeZone: "UTC" });

/** The document that a submission produced; `undefined` when it produced none. */
export function documentOf(operation: string, result: unknown): PhoneDocument | undefined {
  if (operation === "fonasa.bono.issue") return bono(SUBMISSIONS[operation].result.parse(result));
  if (operation === "srcei.birth-certificate") return birthCertificate(SUBMISSIONS[operation].result.parse(result));
  return undefined;
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
