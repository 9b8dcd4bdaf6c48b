import type { Attachment } from "../../base/contracts/attachment.ts";
import type { QueryInput, QueryResult } from "../../base/contracts/gateway.ts";
import type { Outcome } from "../../base/outcome.ts";
import type { ChipKey, ChipProgress } from "../../drivers/chip-card-reader/interface.ts";
import type { CedulaReading } from "../../drivers/code-reader/interface.ts";
import type { CaptureFeedback } from "../../drivers/fingerprint-reader/interface.ts";
import type { PaymentPrompt, SaleResult } from "../../drivers/payment-terminal/interface.ts";
import type { ReceiptDocument } from "../../drivers/receipt-printer/document.ts";
import type { PrintProgress, PrintResult } from "../../drivers/receipt-printer/interface.ts";

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/**
 * Everything that a journey can do to the world. The runtime implements it over drivers, gateway and journal; tests
 * implement it by hand. Every call ends within a deadline of the implementation, and at `signal`.
 *
 * `effect` names the effect within its journey (`charge-1`, `print-bono`); with the journey's id it is the idempotency key.
 * The implementation records the intention durably before it acts.
 */
export interface JourneyPorts {
  /**
   * Waits for a cédula on the code reader. Another code ends in `flows.not-a-cedula`, nobody coming in `common.deadline`; an
   * error that the citizen must act on is a code that could not be read well, any other means the reader. It is called again
   * right after `signal` stopped a wait: that must not end in an error.
   */
  scan(options: PortOptions): Promise<Outcome<CedulaReading>>;
  /**
   * Waits for a code that is no document's, and gives its words. A document's ends in `flows.foreign-code`: nobody asked who stands there.
   * All else is as with `scan`.
   */
  scanCode(options: PortOptions): Promise<Outcome<string>>;
  /**
   * Waits for a card on the chip card reader, opens it with `key` and reads what an identification needs; changes nothing on it.
   * Nobody coming ends in `chip-card.no-card`, a card that the key does not open in `chip-card.key-refused`, one that never comes to an
   * end in `common.deadline`; content that is not proved to be genuine is no error. Progress other than `waiting` means that a card is being read. It is called
   * again right after `signal` stopped a wait: that must not end in an error.
   */
  readChip(
    request: { readonly key: ChipKey },
    options: PortOptions & { readonly onProgress: (progress: ChipProgress) => void },
  ): Promise<Outcome<ChipEvidence>>;
  /**
   * Waits for a finger on the fingerprint reader and has it compared; what was read is handed from the one to the other and never to a journey.
   * Nobody coming ends in `common.deadline`, a finger that cannot be read in another error of the reader, nobody answering whose it is in
   * `fingerprint.unavailable`. It is called again right after `signal` stopped a wait: that must not end in an error.
   */
  verifyFinger(
    request: Pick<QueryInput<"identity.fingerprint.verify">, "run" | "finger">,
    options: PortOptions & { readonly onProgress: (progress: FingerProgress) => void },
  ): Promise<Outcome<FingerAnswer>>;
  /**
   * Lets the citizen log in with ClaveÚnica on their own phone. Tells first what the kiosk must show, then that a phone has opened it, and
   * ends with who logged in and confirmed that they stand here. Ends in a `login.…` error, of which `login.unavailable` says that ClaveÚnica
   * or the gateway does not answer. Nothing that the phone does after `signal` leads anywhere.
   */
  logInByPhone(
    request: LoginAsked,
    options: PortOptions & { readonly onProgress: (progress: PhoneProgress) => void },
  ): Promise<Outcome<PhoneIdentity>>;
  /**
   * Scans one page on the document scanner. `held` are the pages that the citizen has not taken out again, by hash: of all others nothing is left. No paper until the deadline ends in `document-scanner.no-paper`, more pages than a session may
   * hold in `document-scanner.full`; every other error is the scanner's. It is called again right after `signal` stopped a wait: that must
   * not end in an error.
   */
  scanPage(
    request: { readonly held: readonly string[] },
    options: PortOptions & { readonly onProgress: (progress: PaperProgress) => void },
  ): Promise<Outcome<ScannedPaper>>;
  /** Asks an institution for data; has no effect there. */
  lookUp(request: { readonly operation: string; readonly input: Json }, options: PortOptions): Promise<Outcome<Json>>;
  /**
   * Makes an institution do something, once. `error` is certain: nothing was done. After `unknown` the same effect may be
   * submitted again under the same name; it must then end as the one before did, or be done now.
   *
   * With `mayWait` it may also be accepted for later, durably: `ok` then holds what `waitingSchema` says (`base/contracts/outbox.ts`) in place of the
   * institution's answer.
   */
  submit(
    request: {
      readonly effect: string;
      readonly operation: string;
      readonly input: Json;
      readonly mayWait?: boolean;
    },
    options: PortOptions,
  ): Promise<Outcome<Json>>;
  /** Charges the card. `ok` holds approved or declined; `unknown` means that the terminal could not tell. */
  charge(
    request: { readonly effect: string; readonly amount: number },
    options: PortOptions & { readonly onPrompt: (prompt: PaymentPrompt | "resolving") => void },
  ): Promise<Outcome<SaleResult>>;
  /** Gives the money of an approved sale back. */
  refund(request: { readonly effect: string; readonly sale: SaleResult }, options: PortOptions): Promise<Outcome<void>>;
  print(
    request: { readonly effect: string; readonly document: ReceiptDocument },
    options: PortOptions & { readonly onProgress: (progress: PrintProgress) => void },
  ): Promise<Outcome<PrintResult>>;
  /**
   * Prints a document that an institution issued on A4 pages; the kiosk gets the pages from the gateway. `document` is its number, `demo`
   * whether it comes from simulated institutions.
   */
  printPages(
    request: { readonly effect: string; readonly document: string; readonly demo: boolean },
    options: PortOptions & { readonly onProgress: (progress: PrintProgress) => void },
  ): Promise<Outcome<PrintResult>>;
  /** Records, durably and at once, that something went wrong that a person must settle. Never fails. */
  incident(record: IncidentRecord): Promise<{ readonly number: string }>;
  /** Tells the journal that the journey has ended: after it, nothing of the citizen is kept. */
  settle(result: JourneyResult): Promise<void>;
}

/**
 * A page that was scanned. The picture stays with the runtime, in memory, until the session ends, and goes to the gateway with what is
 * submitted; a journey holds what names it.
 */
export type ScannedPaper = Attachment;

/** `insert`: the scanner waits for the paper. `scanning`: it has it. */
export type PaperProgress = "insert" | "scanning";

/** What the chip of a cédula says, as far as an identification needs it: no face and no name. */
export type ChipEvidence = {
  /** Names this reading, and no other: evidence for what is signed with it. */
  readonly reading: string;
  readonly documentNumber: string;
  /** ISO date. */
  readonly birthDate: string;
  /** Every RUN in the content; where an issuer writes it differs, and a chip may not have it. */
  readonly runs: readonly string[];
  readonly expired: boolean;
  /**
   * The content was signed by a State that this kiosk trusts, under certificates that are valid today, and the chip proved that it
   * holds the private key which belongs to it: it is not a copy.
   */
  readonly genuine: boolean;
};

/** `comparing`: the finger was read well, and may go. */
export type FingerProgress = CaptureFeedback | { readonly feedback: "comparing" };

export type FingerAnswer = QueryResult<"identity.fingerprint.verify">["answer"];

/** `shown`: what the kiosk shows for the phone. `opened`: one phone has opened it, and no other can. */
export type PhoneProgress =
  | { readonly step: "shown"; readonly url: string; readonly code: string; readonly number: string }
  | { readonly step: "opened" };

/** What the phone shows, and whether the login proves who stands there or that they sign. */
export type LoginAsked = { readonly place: string; readonly about: string; readonly purpose: "identify" | "sign" };

/** Who logged in. `login` names the login at the gateway, as evidence for what is signed with it. */
export type PhoneIdentity = { readonly run: string; readonly name?: string; readonly login: string };

export type PortOptions = { readonly signal: AbortSignal };

export type IncidentRecord = {
  readonly kind: "paid-not-delivered" | "payment-unknown" | "refund-unknown" | "delivery-unknown" | "signature-unknown";
  /** Integer pesos, when money is involved. */
  readonly amount?: number;
  /** The effects concerned, by name. */
  readonly effects: readonly string[];
};

export type JourneyResult = "delivered" | "refunded" | "nothing-done" | "incident" | "abandoned" | "waiting";
