import type { Outcome } from "../../base/outcome.ts";
import type { CommandOptions, Device } from "../device.ts";

export type PaymentCapabilities = {
  /** Longest ticket that the terminal keeps whole, characters. Longer ones are refused, never cut. */
  readonly maxTicketLength: number;
  /** Integer pesos. */
  readonly minAmount: number;
  readonly maxAmount: number;
  readonly reversal: "last-sale" | "by-operation" | "none";
  readonly multicode: boolean;
  /** Whether the terminal hands the voucher's text to us to print. */
  readonly voucherToHost: boolean;
  readonly totals: boolean;
  readonly details: boolean;
  readonly initialise: boolean;
  /**
   * Whether the terminal itself keeps the ticket. Where it does not, a sale is known by the terminal's own numbers, and
   * the ticket of a sale that another process made is empty.
   */
  readonly keepsTicket: boolean;
  /** Whether the terminal tells credit from debit. */
  readonly tellsCardType: boolean;
  /** Whether an approved sale waits for `onApproved` and is given back by the terminal itself when that says no. */
  readonly goodsIssue: boolean;
};

/** One attempt to charge. The ticket is unique per attempt: it is what a doubt is later resolved by. */
export type SaleIntent = {
  /** Integer pesos. */
  readonly amount: number;
  readonly ticket: string;
  /** Multicode sale: the commerce that the money goes to. */
  readonly commerceCode?: string;
  /** Wall-clock time at which the attempt began, milliseconds since the epoch; `recover` ignores older sales. */
  readonly startedAt: number;
};

/** A payment as the terminal reports it. Every number that may begin with a zero is text. */
export type SaleResult = {
  readonly status: "approved" | "declined";
  /** The terminal's own two-character code, `00` for approved. */
  readonly responseCode: string;
  readonly amount: number;
  /** Empty where the terminal keeps none (`keepsTicket`) and this driver did not make the sale. */
  readonly ticket: string;
  /** The bank had approved, and the terminal gave the money back because the goods were not issued. */
  readonly goodsNotIssued?: true;
  readonly authorizationCode?: string;
  readonly last4?: string;
  readonly operationNumber?: string;
  readonly cardType?: "credit" | "debit";
  readonly cardBrand?: string;
  readonly commerceCode?: string;
  /** Multicode sale: the commerce that the money went to, as the terminal reports it. */
  readonly providerCommerceCode?: string;
  readonly terminalId?: string;
  /** Date and time by the terminal's clock, ISO 8601 without zone, e.g. `2026-11-23T10:15:00`. */
  readonly terminalTime?: string;
  /** Debit: the day that the sale is booked on, `YYYY-MM-DD`. */
  readonly accountingDate?: string;
  readonly instalments?: {
    readonly kind?: string;
    readonly count: number;
    readonly amount?: number;
    readonly text?: string;
  };
  /** Lines of the customer's voucher, when the terminal sends them. */
  readonly voucher?: readonly string[];
  /** The voucher as it came, when it is not made of whole lines and so must not be printed as if it were. */
  readonly voucherRaw?: string;
};

/** What the citizen should do or is waiting for, from the terminal's status messages. */
export type PaymentPrompt =
  | "present-card"
  | "confirm-amount"
  | "choose-instalments"
  | "enter-pin"
  | "sending"
  | "choose-card-type"
  | "operate-card"
  | "working";

export type SaleOptions = CommandOptions & {
  /** Called for every status message, in order. */
  readonly onPrompt?: (prompt: PaymentPrompt, code: string) => void;
  /**
   * The bank has approved, and the sale is final only when this says that the goods were issued. Anything else, a throw
   * included, makes the terminal give the money back: the sale then ends as `declined` with `goodsNotIssued`. Refused with
   * `payment.unsupported` where `goodsIssue` is not among the capabilities, so that nobody relies on it in vain. After a doubt
   * a sale may turn out to be approved without a question: then the goods are still to be issued, or the sale reversed.
   *
   * @param signal aborts when it is too late: from then on nothing may be issued.
   */
  readonly onApproved?: (sale: SaleResult, signal: AbortSignal) => Promise<"issued" | "not-issued">;
};

export type ReversalResult = {
  readonly operationNumber: string;
  readonly authorizationCode?: string;
  readonly responseCode: string;
};

/** What the terminal knows of an attempt whose outcome was in doubt. */
export type Recovery =
  | { readonly taken: true; readonly sale: SaleResult }
  /** The terminal shows that it did not take this sale: it may be tried again with a new ticket. */
  | { readonly taken: false };

export type PaymentConditionCode =
  | "needs-keys"
  | "needs-close"
  | "needs-initialisation"
  | "card-reader-fault"
  | "host-unreachable"
  | "not-answering"
  | "printer-fault";

/**
 * A card payment terminal: intents, not wire commands. Every command ends in ok, error or unknown; nothing is resent on a
 * guess. `sale` resolves a doubt by itself where the terminal answers; when it returns `unknown` the caller must `recover`
 * before anything else is done with this terminal.
 */
export interface PaymentTerminal extends Device {
  readonly capabilities: PaymentCapabilities;
  /** Is it there and answering? */
  poll(options?: CommandOptions): Promise<Outcome<void>>;
  /** `ok` with `approved` or `declined`; `error` only when it is certain that no money moved. */
  sale(intent: SaleIntent, options?: SaleOptions): Promise<Outcome<SaleResult>>;
  /** Asks the terminal what became of `intent`; matches ticket, amount and time. */
  recover(intent: SaleIntent, options?: CommandOptions): Promise<Outcome<Recovery>>;
  lastSale(options?: CommandOptions): Promise<Outcome<SaleResult | undefined>>;
  /** Gives the money of `sale` back; `error` when the terminal says that it cannot. */
  reverse(sale: SaleResult, options?: CommandOptions): Promise<Outcome<ReversalResult>>;
  closeDay(options?: CommandOptions): Promise<Outcome<{ readonly voucher?: readonly string[] }>>;
  totals(options?: CommandOptions): Promise<Outcome<{ readonly count: number; readonly amount: number }>>;
  details(options?: CommandOptions): Promise<Outcome<readonly SaleResult[]>>;
  loadKeys(options?: CommandOptions): Promise<Outcome<void>>;
  initialise(options?: CommandOptions): Promise<Outcome<void>>;
}
