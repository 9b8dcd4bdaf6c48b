import type { Condition } from "../../base/contracts/device-status.ts";
import type { Outcome } from "../../base/outcome.ts";
import type { CommandOptions, Device } from "../device.ts";
import type { ReceiptDocument } from "./document.ts";

export type PrinterCapabilities = {
  /** Characters per line in the normal font. */
  readonly columns: number;
  /** Printable width, dots. */
  readonly dots: number;
  readonly cutter: boolean;
  /** Whether the ticket waits in a mouth to be taken and can be retracted. */
  readonly presenter: boolean;
  /** How the driver learns that a ticket was printed, best first. */
  readonly completion: "process-id" | "buffered-status" | "full-status" | "none";
};

export type PrintProgress = "sent" | "printed" | "presented" | "taken" | "retracted";

export type PrintOptions = CommandOptions & {
  readonly onProgress?: (progress: PrintProgress) => void;
  /** How long to wait for the citizen to take the ticket before it is retracted, milliseconds (presenter only). */
  readonly takeWithin?: number;
};

export type PrintResult = {
  /** Tickets printed. */
  readonly printed: number;
  /** Whether the device itself said so; `false` means "sent, printed as far as anyone knows". */
  readonly confirmed: boolean;
  /** With a presenter: what became of the ticket, where the printer showed it. */
  readonly presented?: "taken" | "retracted" | "waiting";
};

export type PrinterConditionCode =
  | "paper-near-end"
  | "paper-end"
  | "cover-open"
  | "cutter-fault"
  | "paper-jam"
  | "ticket-in-mouth"
  | "head-hot"
  | "offline"
  | "recoverable-error"
  | "unrecoverable-error"
  | "not-answering";
export type PrinterCondition = Condition & { readonly code: PrinterConditionCode };

/** A printer of tickets. A print ends in `unknown` when bytes left and the device cannot say what became of them. */
export interface ReceiptPrinter extends Device {
  readonly capabilities: PrinterCapabilities;
  print(document: ReceiptDocument, options?: PrintOptions): Promise<Outcome<PrintResult>>;
  /** Asks the device now and publishes what it says. */
  refresh(options?: CommandOptions): Promise<Outcome<void>>;
}
