import type { CodedError } from "../../../base/registry/coded-error.ts";
import type { Result } from "../../../base/result.ts";

export type CardLinkError = CodedError<
  | "chip-card.removed"
  | "chip-card.mute"
  | "chip-card.transmission"
  | "chip-card.excessive"
  | "link.lost"
  | "common.cancelled"
  | "common.deadline"
>;

/** One powered card. It is never reused: after an error, or `close`, a new one is made. */
export interface CardChannel {
  /** Historical and interface bytes as the card sent them at power-on. They tell abilities; no card is known by them. */
  readonly atr: Uint8Array;
  /** Sends one command as it is and returns the answer as it is, status word included. One at a time. */
  transmit(command: Uint8Array, signal?: AbortSignal): Promise<Result<Uint8Array, CardLinkError>>;
  /** Powers the card down, so that what was opened on it is closed. Idempotent. */
  close(): Promise<void>;
}

/** What a terminal for chip cards shows. */
export type TerminalState = {
  /** `no-service`: PC/SC itself is not there. */
  readonly reader: "absent" | "present" | "no-service";
  readonly card: "absent" | "present" | "mute";
  /** Name of the reader while it is present. */
  readonly name?: string;
};
