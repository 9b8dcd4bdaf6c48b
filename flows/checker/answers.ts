import { QUERIES, type QueryName, SUBMISSIONS, type SubmissionName } from "../../base/contracts/gateway.ts";
import { done, failed, uncertain } from "../../base/outcome.ts";
import { coded } from "../../base/registry/coded-error.ts";
import { type Told, told } from "../../base/told.ts";
import type { CedulaReading } from "../../drivers/code-reader/interface.ts";
import type { SaleResult } from "../../drivers/payment-terminal/interface.ts";
import type { PrintResult } from "../../drivers/receipt-printer/interface.ts";
import type { JourneyView } from "../compiler/compiled.ts";
import type { JourneyEvent } from "../engine/context.ts";
import { valueAt } from "../engine/expression.ts";
import type { JourneyCall } from "../engine/journey.ts";
import type { ChipEvidence, FingerAnswer, Json, PhoneIdentity, ScannedPaper } from "../engine/ports.ts";
import { one, samples, type Tested } from "./samples.ts";

/** How a call of a port can end, as far as any journey can tell the ends apart. */
export type Answer = {
  /** What the proofs think of it. */
  readonly meaning:
    | "ok"
    | "approved"
    | "declined"
    | "error"
    | "unknown"
    | "waiting"
    | "unconfirmed"
    | "retracted"
    | "defect";
  /** For the path that is shown to the author, after "identify: ". */
  readonly words: Told;
  /** What the port resolves to; absent: it rejects. */
  readonly output?: unknown;
};

/** What a journey asks of a port, as its machine has put it. */
export type CallInput = { readonly [name: string]: unknown };

/** What a port can tell before its call ends, as far as any journey can tell the news apart. */
export type News = { readonly words: Told; readonly event: JourneyEvent };

/** What can be heard from a call that is under way, in a page that waits for the citizen or in one that does not. */
export function newsOf(call: JourneyCall, mode: JourneyView["mode"]): readonly News[] {
  return NEWS.filter((one) => one.call === call && one.mode === mode);
}

const NEWS: readonly (News & { readonly call: JourneyCall; readonly mode: JourneyView["mode"] })[] = [
  {
    ...{
      call: "readChip",
      mode: "citizen",
      words: told("a card lies on the chip card reader", "hay una cédula sobre el lector de chip"),
    },
    event: { type: "CHIP_PROGRESS", progress: { step: "connected" } },
  },
  {
    ...{
      call: "verifyFinger",
      mode: "citizen",
      words: told("a finger was read and is compared", "se leyó un dedo y se compara"),
    },
    event: { type: "FINGER_PROGRESS", progress: { feedback: "comparing" } },
  },
  {
    ...{
      call: "scanPage",
      mode: "citizen",
      words: told("the scanner has the paper", "el escáner tomó la hoja"),
    },
    event: { type: "PAPER_PROGRESS", progress: "scanning" },
  },
  {
    ...{
      call: "logInByPhone",
      mode: "busy",
      words: told("the gateway gives the link for the phone", "llega el enlace para el teléfono"),
    },
    event: {
      type: "PHONE_PROGRESS",
      progress: { step: "shown", url: "https://gateway.example/c/ABCD2345", code: "ABCD2345", number: "47" },
    },
  },
  {
    ...{ call: "logInByPhone", mode: "citizen", words: told("a phone opens the link", "un teléfono abre el enlace") },
    event: { type: "PHONE_PROGRESS", progress: { step: "opened" } },
  },
];

/** The identity that the proofs follow: no other sample has this RUN or this name. */
export const TRACED = { run: "7654321-6", name: "TRACED PERSON" } as const;

/** Somebody else, who has no RUN that anybody types. */
const OTHER = { run: "9876543-3", name: "OTHER PERSON", documentNumber: "987654321" } as const;

/** Whether the key that opens a chip is of the other person's cédula. */
function isOther(key: unknown): boolean {
  return Reflect.get(Object(key), "documentNumber") === OTHER.documentNumber;
}

/** Of whatever waits; no other sample has it. */
const WAITING_NUMBER = "S-TRACED-1";

const CEDULA: CedulaReading = {
  kind: "cedula",
  ...TRACED,
  documentNumber: "123456789",
  birthDate: "1980-05-17",
  expiryDate: "2031-05-17",
  documentType: "CEDULA",
  expired: false,
};

const CHIP: ChipEvidence = {
  reading: "reading-1",
  documentNumber: CEDULA.documentNumber,
  birthDate: CEDULA.birthDate,
  runs: [CEDULA.run],
  expired: false,
  genuine: true,
};

const defect: Answer = {
  meaning: "defect",
  words: told("the call breaks off with an unexpected error", "la consulta se corta con un error inesperado"),
};
const inDoubt = (words: Told): Answer => ({
  meaning: "unknown",
  words,
  output: uncertain(coded("common.deadline")),
});
const error = (words: Told, code: Parameters<typeof coded>[0] = "runtime.no-device"): Answer => ({
  meaning: "error",
  words,
  output: failed(coded(code)),
});
const ok = (words: Told, value: unknown): Answer => ({ meaning: "ok", words, output: done(value) });

const waits = (name: string): Answer => ({
  meaning: "waiting",
  words: told(`${name} waits for the network`, `${name} queda esperando la red`),
  output: done({ waiting: true, reference: WAITING_NUMBER }),
});

/**
 * Every end of a call, for each port. A port that is added to the journeys' vocabulary does not compile until it stands here.
 *
 * @param tested what conditions compare in the answer of this call.
 */
export function answersOf(call: JourneyCall, input: CallInput, tested: Tested): readonly Answer[] {
  return ANSWERS[call](input, tested);
}

const ANSWERS: { readonly [C in JourneyCall]: (input: CallInput, tested: Tested) => readonly Answer[] } = {
  scan: ({ signer }) => [
    ok(told("the cédula is read", "se lee la cédula"), CEDULA satisfies CedulaReading),
    ...(signer === true
      ? [
          ok(told("somebody else's cédula is read", "se lee la cédula de otra persona"), {
            ...CEDULA,
            ...OTHER,
          } satisfies CedulaReading),
        ]
      : []),
    ok(told("an expired cédula is read", "se lee una cédula vencida"), { ...CEDULA, expired: true }),
    error(told("something else than a cédula is read", "se lee algo que no es una cédula"), "flows.not-a-cedula"),
    error(told("nobody shows a card for a long time", "nadie muestra una cédula por mucho tiempo"), "common.deadline"),
    error(told("the code reader does not work", "el lector de códigos no funciona")),
    inDoubt(told("the code reader cannot tell what it did", "el lector de códigos no puede decir qué hizo")),
    defect,
  ],
  scanCode: () => [
    ok(told("a code is shown to the reader", "muestran un código al lector"), "ABCD2345"),
    ok(told("a code of something else is shown", "muestran el código de otra cosa"), "7801234567890"),
    error(told("a card is shown in place of the code", "muestran una cédula en vez del código"), "flows.foreign-code"),
    error(told("the code cannot be read", "el código no se puede leer"), "code-reader.cedula-form"),
    error(told("nobody shows a code for a long time", "nadie muestra un código por mucho tiempo"), "common.deadline"),
    error(told("the code reader does not work", "el lector de códigos no funciona")),
    inDoubt(told("the code reader cannot tell what it did", "el lector de códigos no puede decir qué hizo")),
    defect,
  ],
  readChip: ({ key }) => [
    ok(
      told("the chip proves the cédula", "el chip prueba la cédula"),
      isOther(key) ? { ...CHIP, documentNumber: OTHER.documentNumber, runs: [OTHER.run] } : CHIP,
    ),
    ok(told("the chip is not genuine", "el chip no es auténtico"), { ...CHIP, genuine: false } satisfies ChipEvidence),
    ok(told("the chip says another RUN", "el chip dice otro RUN"), {
      ...CHIP,
      runs: ["11111111-1"],
    } satisfies ChipEvidence),
    ok(told("the chip says no RUN", "el chip no dice ningún RUN"), { ...CHIP, runs: [] } satisfies ChipEvidence),
    ok(told("the chip is of an expired card", "el chip es de una cédula vencida"), {
      ...CHIP,
      expired: true,
    } satisfies ChipEvidence),
    error(
      told(
        "nobody lays a card on the reader for a long time",
        "nadie pone una cédula sobre el lector por mucho tiempo",
      ),
      "chip-card.no-card",
    ),
    error(told("the card is taken away too soon", "retiran la cédula antes de tiempo"), "chip-card.removed"),
    error(told("the chip does not answer", "el chip no responde"), "chip-card.mute"),
    error(told("another card lies on the reader", "sobre el lector hay otra cédula"), "chip-card.key-refused"),
    error(
      told("the card has no chip that can be read", "la cédula no tiene un chip que se pueda leer"),
      "chip-card.not-a-document",
    ),
    error(
      told("the chip's answers are not authentic", "las respuestas del chip no son auténticas"),
      "chip-card.secure-messaging",
    ),
    error(told("the chip card reader does not work", "el lector de chip no funciona")),
    inDoubt(told("the chip card reader cannot tell what it did", "el lector de chip no puede decir qué hizo")),
    defect,
  ],
  verifyFinger: () => [
    ok(told("the finger is the person's", "el dedo es de la persona"), "match" satisfies FingerAnswer),
    ok(told("the finger is not the person's", "el dedo no es de la persona"), "no-match" satisfies FingerAnswer),
    ok(
      told("nobody keeps this finger of the person", "de la persona nadie tiene guardado este dedo"),
      "not-known" satisfies FingerAnswer,
    ),
    error(
      told("nobody lays a finger on the reader for a long time", "nadie pone un dedo sobre el lector por mucho tiempo"),
      "common.deadline",
    ),
    error(told("the finger cannot be read", "el dedo no se puede leer"), "fingerprint-reader.low-quality"),
    error(told("nobody answers whose the finger is", "nadie responde de quién es el dedo"), "fingerprint.unavailable"),
    error(told("the fingerprint reader does not work", "el lector de huellas no funciona")),
    inDoubt(told("the fingerprint reader cannot tell what it did", "el lector de huellas no puede decir qué hizo")),
    defect,
  ],
  logInByPhone: () => [
    ok(
      told("the citizen has logged in with ClaveÚnica on the phone", "la persona entró con ClaveÚnica en su teléfono"),
      {
        ...TRACED,
        login: "login-1",
      } satisfies PhoneIdentity,
    ),
    error(told("nobody logs in on the phone in time", "nadie entra a tiempo en el teléfono"), "login.expired"),
    error(told("ClaveÚnica does not accept the login", "ClaveÚnica no acepta el ingreso"), "login.refused"),
    error(
      told(
        "the phone names another number than the kiosk shows",
        "en el teléfono eligen otro número que el que muestra el tótem",
      ),
      "login.wrong-number",
    ),
    error(told("ClaveÚnica does not answer", "ClaveÚnica no responde"), "login.unavailable"),
    inDoubt(told("the gateway cannot tell who logged in", "no se sabe quién entró con ClaveÚnica")),
    defect,
  ],
  scanPage: ({ page }) => [
    ok(told("a page is scanned", "se escanea una hoja"), {
      sha256: String(page).padStart(64, "0"),
      bytes: 1_000,
    } satisfies ScannedPaper),
    error(
      told("nobody puts a paper in for a long time", "nadie pone una hoja por mucho tiempo"),
      "document-scanner.no-paper",
    ),
    error(told("the paper sticks in the scanner", "la hoja se atasca en el escáner"), "document-scanner.jammed"),
    error(told("the document scanner does not work", "el escáner no funciona")),
    inDoubt(told("the document scanner cannot tell what it did", "el escáner no puede decir qué hizo")),
    defect,
  ],
  lookUp: ({ operation }, tested) => {
    const name = String(operation);
    const shape = Object.hasOwn(QUERIES, name) ? QUERIES[name as QueryName].result : undefined;
    return [
      ...(shape === undefined ? [] : samples(shape, tested)).map((value) =>
        ok(
          told(
            `${name} answers${shown(value, tested, "empty")}`,
            `${name} responde${shown(value, tested, "sin nada")}`,
          ),
          value,
        ),
      ),
      error(told(`${name} does not answer`, `${name} no responde`), "common.deadline"),
      ok(
        told(`${name} answers in a form that nobody promised`, `${name} responde en una forma que nadie prometió`),
        null,
      ),
      inDoubt(told(`${name} cannot tell`, `${name} no sabe decirlo`)),
      defect,
    ];
  },
  submit: ({ operation, mayWait }) => {
    const name = String(operation);
    const shape = Object.hasOwn(SUBMISSIONS, name) ? SUBMISSIONS[name as SubmissionName].result : undefined;
    return [
      ok(told(`${name} is done`, `${name} se hizo`), one(shape) ?? null),
      ...(mayWait === true ? [waits(name)] : []),
      ok(
        told(`${name} answers in a form that nobody promised`, `${name} responde en una forma que nadie prometió`),
        null,
      ),
      error(told(`${name} is refused`, `${name} fue rechazado`), "common.bad-input"),
      ...(REFUSALS[name] ?? []).map(([words, code]) => error(words, code)),
      inDoubt(told(`it is not known whether ${name} was done`, `no se sabe si ${name} se hizo`)),
      defect,
    ];
  },
  charge: ({ amount }) => [
    {
      meaning: "approved",
      words: told("the card is charged", "se cobra en la tarjeta"),
      output: done(sale("approved", amount)),
    },
    {
      meaning: "declined",
      words: told("the card is declined", "la tarjeta es rechazada"),
      output: done(sale("declined", amount)),
    },
    error(told("the terminal charges nothing and says so", "el terminal de pago no cobra nada, y lo dice")),
    inDoubt(told("the terminal cannot tell whether it charged", "el terminal de pago no puede decir si cobró")),
    defect,
  ],
  refund: () => [
    ok(told("the money is given back", "se devuelve el dinero"), undefined),
    error(told("the terminal refuses to give the money back", "el terminal de pago se niega a devolver el dinero")),
    inDoubt(told("it is not known whether the money was given back", "no se sabe si se devolvió el dinero")),
    defect,
  ],
  print: () => [
    ok(told("the paper comes out", "sale el papel"), { printed: 1, confirmed: true } satisfies PrintResult),
    {
      meaning: "unconfirmed",
      words: told("the printer cannot confirm the paper", "la impresora no puede confirmar que salió el papel"),
      output: done({ printed: 1, confirmed: false }),
    },
    {
      meaning: "retracted",
      words: told("the printer takes the paper back", "la impresora vuelve a tragarse el papel"),
      output: done({ printed: 1, confirmed: true, presented: "retracted" } satisfies PrintResult),
    },
    error(told("the printer prints nothing", "la impresora no imprime nada")),
    inDoubt(told("it is not known whether the paper came out", "no se sabe si salió el papel")),
    defect,
  ],
  incident: () => [
    { meaning: "ok", words: told("the incident is recorded", "se registra el incidente"), output: { number: "INC-1" } },
    defect,
  ],
  settle: () => [
    { meaning: "ok", words: told("the journal is told", "se anota en el registro"), output: undefined },
    defect,
  ],
};

/** Refusals that a journey tells from others. */
const REFUSALS: { readonly [operation: string]: readonly (readonly [Told, Parameters<typeof coded>[0]])[] } = {
  "attention.turn.take": [
    [told("the queue takes nobody any more", "la fila ya no recibe a nadie"), "attention.queue-closed"],
  ],
  "hand-off.claim": [
    [told("nothing waits under the code", "con ese código no hay nada guardado"), "hand-off.absent"],
    [told("the code was used before", "el código ya se usó"), "hand-off.used"],
    [told("the code is no longer valid", "el código ya no es válido"), "hand-off.expired"],
  ],
  "attention.appointment.book": [
    [
      told("somebody else has taken the hour meanwhile", "entretanto, otra persona tomó la hora"),
      "attention.slot-taken",
    ],
  ],
};

function sale(status: SaleResult["status"], amount: unknown): SaleResult {
  return {
    status,
    responseCode: status === "approved" ? "00" : "01",
    amount: typeof amount === "number" ? amount : 0,
    ticket: "T1",
    authorizationCode: "1",
    last4: "0000",
    operationNumber: "1",
  };
}

/** The values by which conditions tell answers apart, and lists that are empty. */
function shown(answer: Json, tested: Tested, isEmpty: string): string {
  const compared = [...tested.keys()].map(
    (place) => `${place} ${JSON.stringify(valueAt({ answer }, ["answer", ...place.split(".")]))}`,
  );
  const empty = Object.entries(answer ?? {}).filter(([, value]) => Array.isArray(value) && value.length === 0);
  const told = [...compared, ...empty.map(([name]) => `${name} ${isEmpty}`)];
  return told.length === 0 ? "" : `: ${told.join(", ")}`;
}
