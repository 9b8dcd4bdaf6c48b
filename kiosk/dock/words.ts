import { type Names, VALUES } from "./values.ts";

export type Language = "es" | "en";

/** What the dock itself says. */
export const TEXTS = {
  es: {
    title: "Dock de demostración",
    lead: "Usted es la mano: presente la cédula, rompa el papel, corte la línea.",
    away: "Sin conexión con los simuladores.",
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
    devices: "Devices",
    institutions: "Institutions",
    papers: "Papers",
    options: "Options of",
    close: "Close",
    yes: "yes",
    no: "no",
  },
} as const;

const DEVICES: Names = {
  "code-reader": ["Lector de códigos", "Code reader"],
  "payment-terminal": ["Terminal de pago", "Payment terminal"],
  "receipt-printer": ["Impresora de recibos", "Receipt printer"],
  "chip-card-reader": ["Lector de chip de tarjetas", "Chip card reader"],
  "page-printer": ["Impresora de hojas", "Page printer"],
  "fingerprint-reader": ["Lector de huella", "Fingerprint reader"],
  "document-scanner": ["Escáner de documentos", "Document scanner"],
  keypad: ["Teclado accesible", "Accessible keypad"],
  "io-board": ["Placa de luces y sensores", "Lights and sensors board"],
  ups: ["Respaldo de energía", "Backup power"],
  "fonasa-certificador": ["FONASA: certificación previsional", "FONASA: insurance status"],
  "fonasa-bono": ["FONASA: venta de bonos", "FONASA: bono sales"],
  "contact-desk": ["ChileAtiende: solicitudes de contacto", "ChileAtiende: contact requests"],
  "srcei-certificates": ["Registro Civil: certificados", "Civil registry: certificates"],
  "chileatiende-reclamos": ["ChileAtiende: reclamos", "ChileAtiende: complaints"],
  notify: ["Correo y mensajes", "E-mail and messages"],
  claveunica: ["ClaveÚnica", "ClaveÚnica"],
  fingerprints: ["Comparación de huellas", "Fingerprint comparison"],
  firmagob: ["FirmaGob: sello de documentos", "FirmaGob: sealing of documents"],
  atencion: ["ChileAtiende: filas, horas y trámites", "ChileAtiende: queues, hours and cases"],
};

const LINKS: Names = {
  kiosk: ["Abrir el kiosco", "Open the kiosk"],
  console: ["Abrir la consola", "Open the console"],
};

/** Names of what simulators tell and ask. */
export const WORDS: Names = {
  access: ["acceso al chip", "access to the chip"],
  afterLines: ["después de (líneas)", "after (lines)"],
  afterSheets: ["después de (hojas)", "after (sheets)"],
  alive: ["dedo vivo", "living finger"],
  amount: ["monto", "amount"],
  annulled: ["anulados", "annulled"],
  askAgain: ["pide que le pregunten de nuevo", "asks to be asked again"],
  attributeBomb: ["bomba de atributos", "attribute bomb"],
  balance: ["cobrado", "charged"],
  bookings: ["horas reservadas", "appointments booked"],
  busy: ["ocupada", "busy"],
  card: ["tarjeta", "card"],
  charge: ["carga (%)", "charge (%)"],
  charges: ["cobros", "charges"],
  code: ["código", "code"],
  codes: ["códigos leídos", "codes read"],
  commands: ["comandos recibidos", "commands received"],
  coverOpen: ["tapa abierta", "cover open"],
  cutPicture: ["corta la imagen", "cuts the picture"],
  cutterFault: ["falla del cortador", "cutter fault"],
  daemon: ["servicio NUT", "NUT service"],
  "door-lock": ["cerradura de la puerta", "door lock"],
  down: ["teclas pulsadas", "keys held down"],
  endlessPicture: ["imagen sin fin", "endless picture"],
  entityBomb: ["bomba de entidades", "entity bomb"],
  fault: ["falla", "fault"],
  faults: ["fallas", "faults"],
  feeder: ["hojas en el alimentador", "sheets in the feeder"],
  filed: ["reclamos recibidos", "complaints filed"],
  papers: ["papeles recibidos", "papers received"],
  finger: ["dedo", "finger"],
  flowInsideReplies: ["control de flujo dentro de la respuesta", "flow control inside replies"],
  garbage: ["basura en la red", "garbage on the wire"],
  glass: ["papel en el vidrio", "paper on the glass"],
  halfReply: ["respuesta a medias", "half a reply"],
  headHot: ["cabezal caliente", "head hot"],
  headphones: ["audífonos", "headphones"],
  helpCalls: ["avisos sin atender", "calls not answered"],
  holder: ["titular", "holder"],
  housing: ["caja", "housing"],
  html: ["responde una página web", "a web page answers"],
  inputs: ["entradas", "inputs"],
  instalments: ["cuotas", "instalments"],
  issued: ["emitidos", "issued"],
  jam: ["papel atascado", "paper jam"],
  jamNext: ["atasca el próximo papel", "jams the next paper"],
  job: ["trabajo", "job"],
  jobs: ["trabajos", "jobs"],
  key: ["tecla", "key"],
  kind: ["tipo", "kind"],
  last: ["último código", "last code"],
  last4: ["últimos cuatro dígitos", "last four digits"],
  lights: ["luces", "lights"],
  listening: ["servicio iniciado", "service running"],
  logins: ["ingresos", "logins"],
  looking: ["espera un dedo", "waits for a finger"],
  loseAnswer: ["respuesta perdida", "answer lost"],
  loseDocument: ["documento perdido", "document lost"],
  lyingLength: ["largos falsos", "lying lengths"],
  malice: ["engaño", "malice"],
  milliseconds: ["milisegundos", "milliseconds"],
  "modem-power": ["corriente del módem", "modem power"],
  moneyMoved: ["se cobró", "money moved"],
  nature: ["tipo de equipo", "kind of machine"],
  needsKeys: ["sin llaves", "needs keys"],
  noProcessId: ["sin número de proceso", "no process id"],
  noReply: ["no responde", "no reply"],
  notYet: ["dice que no hay imagen aún", "says that there is no picture yet"],
  on: ["en", "on"],
  onlyRealTime: ["solo estado en tiempo real", "real-time status only"],
  operationNumber: ["operación", "operation"],
  otherName: ["se cree otro equipo", "believes to be another host"],
  outbox: ["correos enviados", "e-mails sent"],
  pages: ["páginas", "pages"],
  paper: ["hojas", "sheets"],
  paperJam: ["papel atascado", "paper jam"],
  paperMillimetres: ["papel (mm)", "paper (mm)"],
  person: ["persona", "person"],
  phase: ["estado", "phase"],
  plugged: ["conectado", "plugged in"],
  power: ["energía", "power"],
  printer: ["impresora", "printer"],
  problem: ["problema", "problem"],
  quality: ["calidad", "quality"],
  reader: ["lector", "reader"],
  reasons: ["motivos", "reasons"],
  received: ["solicitudes recibidas", "requests received"],
  references: ["números de quien espera", "numbers of who waits"],
  relays: ["relés", "relays"],
  removedAt: ["retirada en el comando n.º (0: nunca)", "taken away at command no. (0: never)"],
  requests: ["consultas", "requests"],
  responseCode: ["respuesta", "response"],
  reversed: ["anulado", "reversed"],
  run: ["RUN", "RUN"],
  runtime: ["autonomía (s)", "runtime (s)"],
  scanner: ["escáner", "scanner"],
  scans: ["imágenes entregadas", "pictures given"],
  sealed: ["documentos sellados", "documents sealed"],
  sale: ["venta", "sale"],
  serverError: ["error del servidor", "server error"],
  service: ["servicio de lectores", "reader service"],
  "service-door": ["puerta de servicio", "service door"],
  sheets: ["hojas", "sheets"],
  silent: ["muda", "silent"],
  slow: ["demora (ms)", "delay (ms)"],
  soiled: ["vidrio sucio", "soiled glass"],
  sparse: ["sin campos opcionales", "without optional fields"],
  status: ["estado", "status"],
  stopped: ["detenida", "stopped"],
  style: ["forma de los datos", "form of the data"],
  text: ["texto", "text"],
  ticket: ["boleta", "ticket"],
  ticketInMouth: ["boleto en la boca", "ticket in the mouth"],
  tickets: ["boletos", "tickets"],
  times: ["veces", "times"],
  title: ["título", "title"],
  toner: ["tóner", "toner"],
  turns: ["números entregados", "numbers given"],
  unauthorised: ["pide contraseña", "wants a sign-in"],
  unrecoverable: ["falla irrecuperable", "unrecoverable fault"],
  up: ["en servicio", "up"],
  variant: ["variante", "variant"],
  waiting: ["personas en espera", "people waiting"],
  words: ["estado del respaldo", "UPS status"],
  wrongType: ["entrega otra cosa", "gives something else"],
  wrongId: ["número de proceso ajeno", "another process id"],
  wrongRequestId: ["responde otra pregunta", "answers another request"],
};

const PLACES: Names = {
  out: ["afuera", "out"],
  taken: ["retirado", "taken"],
  retracted: ["recogido por la impresora", "retracted"],
  "on-the-floor": ["en el suelo", "on the floor"],
};

export function linkName(name: string, language: Language): string {
  const names = entry(LINKS, name);
  return names === undefined ? name : inLanguage(names, language);
}

/** What a value is called; anything that is not one of the simulators' words, e.g. a scanned text, is shown as it is. */
export function valueName(value: string, language: Language): string {
  const names = entry(VALUES, value);
  return names === undefined ? value : inLanguage(names, language);
}

function entry(names: Names, name: string): Names[string] | undefined {
  return Object.hasOwn(names, name) ? names[name] : undefined;
}

function inLanguage([es, en]: readonly [string, string], language: Language): string {
  return language === "es" ? es : en;
}

/** Which of several kiosks a device belongs to: `demo-2` for `demo-2.receipt-printer`; undefined for the one on screen. */
export function kioskOf(id: string): string | undefined {
  return /^(.+)\.[^.]+$/.exec(id)?.[1];
}

/** A device's name; a new simulator has its id until it has one. */
export function deviceName(id: string, language: Language): string {
  const names = DEVICES[id.slice(id.lastIndexOf(".") + 1)];
  return names === undefined ? id : inLanguage(names, language);
}

/** What can be chosen about an action; some faults have the name that they have in the state when they are on. */
export function choiceName(choice: string, language: Language): string {
  const names = entry(VALUES, choice) ?? entry(WORDS, choice);
  return names === undefined ? choice : inLanguage(names, language);
}

/** `needsKeys` → "sin llaves"; an unknown name is taken apart at its capitals. */
export function word(name: string, language: Language): string {
  const names = entry(WORDS, name);
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
