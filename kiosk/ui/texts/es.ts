/** The kiosk's own words, around what the institutions say. Every other language has the same keys, by type. */
export const es = {
  help: "Ayuda",
  leave: "Salir",
  back: "Volver",
  continue: "Continuar",
  confirm: "Confirmar",
  skip: "Omitir",
  retry: "Intentar otra vez",
  accept: "Sí, acepto",
  refuse: "No acepto",
  typeRun: "Escribir mi RUN",
  finish: "Terminar",
  start: "Comenzar",
  moreTime: "Sí, sigo aquí",
  endSession: "Terminar ahora",
  stay: "No, seguir aquí",
  leaveForGood: "Sí, salir",
  closeHelp: "Cerrar la ayuda",
  languages: "Idioma",
  change: "Cambiar",
  changeRow: (label: string) => `Cambiar: ${label}`,
  more: "Ver más",
  previous: "Ver anteriores",
  page: (page: number, pages: number) => `Página ${page} de ${pages}`,
  step: (current: number, total: number) => `Paso ${current} de ${total}`,
  stateService: "Servicios del Estado",
  needs: "Tenga a mano",
  price: "Valor",
  purpose: "Para qué",
  data: "Qué datos",
  asks: "Quién los pide",
  why: "Por qué lo preguntamos",
  ifRefused: "Si no acepta",
  works: "Lo que puede hacer aquí",
  elsewhere: "Otras formas de atenderse",
  total: "Total a pagar",
  toPay: "Monto a pagar",
  unavailable: "No disponible ahora",
  errorPrefix: "Error",
  deliveryStates: {
    waiting: "En espera",
    working: "En curso",
    done: "Listo",
    failed: "No se pudo",
    unconfirmed: "No sabemos",
  },
  take: "No olvide sus cosas",
  scanQr: "Escanee con su teléfono",
  shortCode: "O escriba este código",
  shortAddress: "O escriba esto en su teléfono",
  seconds: (count: number) => (count === 1 ? "1 segundo" : `${count} segundos`),
  runLabel: "Su RUN",
  keypad: "Teclado de números",
  keyboard: "Teclado",
  erase: "Borrar",
  eraseAll: "Borrar todo",
  space: "Espacio",
  shift: "Mayúsculas",
  letters: "ABC",
  lettersName: "ABC, letras",
  symbols: "123",
  symbolsName: "123, números y signos",
  accents: "ÁÉÍ",
  accentsName: "ÁÉÍ, letras con tilde",
  oneMoment: "Un momento, por favor",
  oneMomentBody: "Este equipo estará listo en unos segundos.",
};

/** Literal texts widen to `string`, so that another language can say the same thing. */
type Widened<T> = {
  readonly [K in keyof T]: T[K] extends string
    ? string
    : T[K] extends (...parameters: never) => string
      ? T[K]
      : Widened<T[K]>;
};

export type Texts = Widened<typeof es>;
