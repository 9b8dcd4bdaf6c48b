import type { Outcome } from "../../base/outcome.ts";
import type { ChipKey, ChipProgress } from "../../drivers/chip-card-reader/interface.ts";
import type { CedulaReading } from "../../drivers/code-reader/interface.ts";
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
   * Waits for a card on the chip card reader, opens it with `key` and reads what an identification needs; changes nothing on it.
   * Nobody coming ends in `chip-card.no-card`, a card that the key does not open in `chip-card.key-refused`, one that never comes to an
   * end in `common.deadline`; content that is not proved to be genuine is no error. Progress other than `waiting` means that a card is being read. It is called
   * again right after `signal` stopped a wait: that must not end in an error.
   */
  readChip(
    request: { readonly key: ChipKey },
    options: PortOptions & { readonly onProgress: (progress: ChipProgress) => void },
  ): Promise<Outcome<ChipEvidence>>;
  /** Asks an institution for data; has no effect there. */
  lookUp(request: { readonly operation: string; readonly input: Json }, options: PortOptions): Promise<Outcome<Json>>;
  /**
   * Makes an institution do something, once. `error` is certain: nothing was done. After `unknown` the same effect may be
   * submitted again under the same name; it must then end as the one before did, or be done now.
   */
  submit(
    request: { readonly effect: string; readonly operation: string; readonly input: Json },
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

/** What the chip of a cédula says, as far as an identification needs it: no face and no name. */
export type ChipEvidence = {
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

export type PortOptions = { readonly signal: AbortSignal };

export type IncidentRecord = {
  readonly kind: "paid-not-delivered" | "payment-unknown" | "refund-unknown" | "delivery-unknown";
  /** Integer pesos, when money is involved. */
  readonly amount?: number;
  /** The effects concerned, by name. */
  readonly effects: readonly string[];
};

export type JourneyResult = "delivered" | "refunded" | "nothing-done" | "incident" | "abandoned";
