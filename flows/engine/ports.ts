import type { Outcome } from "../../base/outcome.ts";
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

export type PortOptions = { readonly signal: AbortSignal };

export type IncidentRecord = {
  readonly kind: "paid-not-delivered" | "payment-unknown" | "refund-unknown" | "delivery-unknown";
  /** Integer pesos, when money is involved. */
  readonly amount?: number;
  /** The effects concerned, by name. */
  readonly effects: readonly string[];
};

export type JourneyResult = "delivered" | "refunded" | "nothing-done" | "incident" | "abandoned";
