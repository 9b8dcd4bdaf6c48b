export type Language = "es" | "en";

/** What the dock itself says. */
export const TEXTS = {
  es: {
    title: "Dock de demostración",
    lead: "Usted es la mano: presente la cédula, rompa el papel, corte la línea.",
    away: "Sin conexión con los simuladores.",
    open: "Abrir",
    devices: "Dispositivos",
    institutions: "Instituciones",
    papers: "Papeles",
    options: "Opciones de",
    close: "Cerrar",
    yes: "sí",
    no: "no",
  },
  en: {
    title: "Demonstration dock",
    lead: "You are the hand: present the card, tear the paper, cut the line.",
    away: "No connection to the simulators.",
    open: "Open",
    devices: "Devices",
    institutions: "Institutions",
    papers: "Papers",
    options: "Options of",
    close: "Close",
    yes: "yes",
    no: "no",
  },
} as const;

type Names = { readonly [name: string]: readonly [es: string, en: string] };

const DEVICES: Names = {
  "code-reader": ["Lector de códigos", "Code reader"],
  "payment-terminal": ["Terminal de pago", "Payment terminal"],
  "receipt-printer": ["Impresora de recibos", "Receipt printer"],
  "chip-card-reader": ["Lector de chip de tarjetas", "Chip card reader"],
  "page-printer": ["Impresora de hojas", "Page printer"],
  "fingerprint-reader": ["Lector de huella", "Fingerprint reader"],
  keypad: ["Teclado accesible", "Accessible keypad"],
  "io-board": ["Placa de luces y sensores", "Lights and sensors board"],
  ups: ["Respaldo de energía", "Backup power"],
  "fonasa-certificador": ["FONASA: certificación previsional", "FONASA: insurance status"],
  "fonasa-bono": ["FONASA: venta de bonos", "FONASA: bono sales"],
  "srcei-certificates": ["Registro Civil: certificados", "Civil registry: certificates"],
  notify: ["Correo electrónico", "E-mail"],
};

/** Names of what simulators tell and ask. */
const WORDS: Names = {
  afterLines: ["después de (líneas)", "after (lines)"],
  amount: ["monto", "amount"],
  annulled: ["anulados", "annulled"],
  balance: ["cobrado", "charged"],
  card: ["tarjeta", "card"],
  charges: ["cobros", "charges"],
  code: ["código", "code"],
  codes: ["códigos leídos", "codes read"],
  coverOpen: ["tapa abierta", "cover open"],
  cutterFault: ["falla del cortador", "cutter fault"],
  fault: ["falla", "fault"],
  faults: ["fallas", "faults"],
  headHot: ["cabezal caliente", "head hot"],
  instalments: ["cuotas", "instalments"],
  issued: ["emitidos", "issued"],
  kind: ["tipo", "kind"],
  last: ["último código", "last code"],
  last4: ["últimos cuatro dígitos", "last four digits"],
  milliseconds: ["milisegundos", "milliseconds"],
  moneyMoved: ["se cobró", "money moved"],
  needsKeys: ["sin llaves", "needs keys"],
  on: ["en", "on"],
  operationNumber: ["operación", "operation"],
  outbox: ["correos enviados", "e-mails sent"],
  paperJam: ["papel atascado", "paper jam"],
  paperMillimetres: ["papel (mm)", "paper (mm)"],
  phase: ["estado", "phase"],
  plugged: ["conectado", "plugged in"],
  power: ["energía", "power"],
  requests: ["consultas", "requests"],
  responseCode: ["respuesta", "response"],
  reversed: ["anulado", "reversed"],
  run: ["RUN", "RUN"],
  sale: ["venta", "sale"],
  sparse: ["sin campos opcionales", "without optional fields"],
  stopped: ["detenida", "stopped"],
  text: ["texto", "text"],
  ticket: ["boleta", "ticket"],
  ticketInMouth: ["boleto en la boca", "ticket in the mouth"],
  tickets: ["boletos", "tickets"],
  times: ["veces", "times"],
  unrecoverable: ["falla irrecuperable", "unrecoverable fault"],
  up: ["en servicio", "up"],
  variant: ["variante", "variant"],
};

const PLACES: Names = {
  out: ["afuera", "out"],
  taken: ["retirado", "taken"],
  retracted: ["recogido por la impresora", "retracted"],
  "on-the-floor": ["en el suelo", "on the floor"],
};

function inLanguage([es, en]: readonly [string, string], language: Language): string {
  return language === "es" ? es : en;
}

/** A device's name; a new simulator has its id until it has one. */
/** Which of several kiosks a device belongs to: `demo-2` for `demo-2.receipt-printer`; undefined for the one on screen. */
export function kioskOf(id: string): string | undefined {
  return /^(.+)\.[^.]+$/.exec(id)?.[1];
}

export function deviceName(id: string, language: Language): string {
  const names = DEVICES[id.slice(id.lastIndexOf(".") + 1)];
  return names === undefined ? id : inLanguage(names, language);
}

/** `needsKeys` → "sin llaves"; an unknown name is taken apart at its capitals. */
export function word(name: string, language: Language): string {
  const names = WORDS[name];
  return names === undefined
    ? name.replace(/[A-Z]/g, (capital) => ` ${capital.toLowerCase()}`)
    : inLanguage(names, language);
}

/** What stands under a picture of the receipt printer; other pictures keep their names. */
export function paperName(name: string, language: Language): string {
  if (name === "printing") return inLanguage(["imprimiendo…", "printing…"], language);
  if (name === "in the mouth") return inLanguage(["en la boca", "in the mouth"], language);
  const [, number, place = ""] = /^ticket (\d+) \((.+)\)$/.exec(name) ?? [];
  const places = PLACES[place];
  if (number === undefined || places === undefined) return name;
  return `${inLanguage(["boleto", "ticket"], language)} ${number}: ${inLanguage(places, language)}`;
}
