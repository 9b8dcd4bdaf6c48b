import { signal } from "@preact/signals";
import type { SerialKind } from "../../../base/contracts/device-status.ts";

export type Language = "es" | "en";
export type Text = { readonly es: string; readonly en: string };

export const language = signal<Language>("es");

/** A text in the language that was chosen. */
export function say(text: Text): string {
  return text[language.value];
}

export const STEPS = [
  { id: "code", name: { es: "Código", en: "Code" } },
  { id: "who", name: { es: "Datos", en: "Details" } },
  { id: "enrol", name: { es: "Enrolar", en: "Enrol" } },
  { id: "devices", name: { es: "Equipos", en: "Devices" } },
  { id: "check", name: { es: "Revisión", en: "Check" } },
  { id: "report", name: { es: "Informe", en: "Report" } },
] as const;
export type StepId = (typeof STEPS)[number]["id"];

export const W = {
  title: { es: "Puesta en marcha", en: "Setting up" },
  away: {
    es: "El asistente no responde. Reinícielo: provision wizard",
    en: "The wizard does not answer. Restart it: provision wizard",
  },
  codeTitle: { es: "Escriba el código", en: "Type the code" },
  codeEnrolment: {
    es: "Es el código de un solo uso que la consola muestra para este tótem.",
    en: "It is the one-time code that the console shows for this kiosk.",
  },
  codeOwn: {
    es: "Este tótem ya está enrolado. Pida el código con: provision wizard --code",
    en: "This kiosk is enrolled already. Get the code with: provision wizard --code",
  },
  enter: { es: "Entrar", en: "Enter" },
  erase: { es: "Borrar", en: "Erase" },
  space: { es: "Espacio", en: "Space" },
  next: { es: "Seguir", en: "Go on" },
  back: { es: "Volver", en: "Back" },
  whoTitle: { es: "Quién y dónde", en: "Who and where" },
  technician: { es: "Su nombre, para el informe", en: "Your name, for the report" },
  by: { es: "Puesta en marcha por", en: "Set up by" },
  machine: { es: "Este equipo", en: "This machine" },
  place: { es: "Lugar", en: "Place" },
  kiosk: { es: "Tótem", en: "Kiosk" },
  server: { es: "Servidor de la flota", en: "Fleet server" },
  serverFixed: { es: "lo dice la instalación", en: "as the installation says" },
  fingerprint: { es: "Huella de la CA (de la consola)", en: "The CA's fingerprint (from the console)" },
  enrolTitle: { es: "Darle su identidad", en: "Give it its identity" },
  enrolText: {
    es: "El equipo hace su clave, que nunca sale de él, y el servidor le da su certificado.",
    en: "The machine makes its key, which never leaves it, and the server gives it its certificate.",
  },
  enrolled: { es: "Ya tiene identidad:", en: "It has its identity:" },
  enrol: { es: "Enrolar ahora", en: "Enrol now" },
  devicesTitle: { es: "Qué es cada cosa", en: "What is what" },
  devicesText: {
    es: "Enchufe un equipo y elíjalo en la lista. Pruébelo antes de guardarlo.",
    en: "Plug in a device and choose it from the list. Try it before you keep it.",
  },
  notYet: { es: "falta", en: "missing" },
  what: { es: "Qué va a guardar", en: "What you are about to keep" },
  model: { es: "Modelo", en: "Model" },
  port: { es: "Dónde está enchufado", en: "Where it is plugged in" },
  none: {
    es: "No hay nada enchufado. Conecte un cable: aparecerá aquí.",
    en: "Nothing is plugged in. Connect a cable: it will appear here.",
  },
  otherKinds: {
    es: "Los equipos que no van en un puerto serial se escriben a mano en la configuración del tótem.",
    en: "Devices that are not on a serial port are written into the kiosk's configuration by hand.",
  },
  free: { es: "libre", en: "free" },
  try: { es: "Probar", en: "Try it" },
  keep: { es: "Es este: guardar", en: "This is it: keep" },
  checkTitle: { es: "Revisión completa", en: "The whole check" },
  checkText: {
    es: "La impresora imprime una hoja, el terminal responde sin venta, el lector espera un código.",
    en: "The printer prints a paper, the terminal answers without a sale, the reader waits for a code.",
  },
  start: { es: "Revisar todo", en: "Check everything" },
  again: { es: "Revisar de nuevo", en: "Check again" },
  skipScan: { es: "Sin probar el lector", en: "Without trying the reader" },
  scanNow: { es: "Pase un código por el lector ahora", en: "Scan something with the reader now" },
  reportTitle: { es: "Informe y término", en: "Report and finish" },
  ready: { es: "Listo para atender", en: "Ready to serve" },
  notReady: { es: "Todavía no está listo", en: "Not ready yet" },
  notChecked: { es: "Falta la revisión", en: "Not checked yet" },
  send: { es: "Guardar y enviar el informe", en: "Keep and send the report" },
  finish: { es: "Terminar", en: "Finish" },
  done: { es: "Puede cerrar el gabinete. Gracias.", en: "You can close the cabinet. Thank you." },
  working: { es: "Un momento …", en: "One moment …" },
} as const satisfies Record<string, Text>;

/** Of the kinds that can be bound here. */
export const KINDS = {
  "receipt-printer": { id: "printer", name: { es: "Impresora", en: "Printer" } },
  "payment-terminal": { id: "terminal", name: { es: "Terminal de pago", en: "Payment terminal" } },
  "code-reader": { id: "reader", name: { es: "Lector de códigos", en: "Code reader" } },
} as const satisfies Readonly<Record<SerialKind, { readonly id: string; readonly name: Text }>>;

export const STATES = {
  waiting: { symbol: "·", name: { es: "En espera", en: "Waiting" } },
  running: { symbol: "…", name: { es: "Probando", en: "Trying" } },
  "asks-to-scan": { symbol: "→", name: { es: "Le espera a usted", en: "Waits for you" } },
  pass: { symbol: "✓", name: { es: "Bien", en: "Passed" } },
  fail: { symbol: "✗", name: { es: "Falla", en: "Failed" } },
  "not-run": { symbol: "–", name: { es: "Sin probar", en: "Not run" } },
} as const;
