import type { Observable } from "../../../base/observable.ts";
import type { CodedError } from "../../../base/registry/coded-error.ts";
import type { Result } from "../../../base/result.ts";

export type CardLinkError = CodedError<
  | "chip-card.removed"
  | "chip-card.mute"
  | "chip-card.transmission"
  | "chip-card.service-absent"
  | "link.refused"
  | "link.lost"
  | "common.cancelled"
>;

/** One powered card. It is never reused: after an error, or `close`, a new one is made. */
export interface CardChannel {
  /** Sends one command as it is and returns the answer as it is, status word included. One at a time; it has a deadline of its own. */
  transmit(command: Uint8Array, signal?: AbortSignal): Promise<Result<Uint8Array, CardLinkError>>;
  /** Powers the card down, so that what was opened on it is closed. Idempotent. */
  close(): Promise<void>;
}

/** What a terminal for chip cards shows. */
export type TerminalState = {
  /** `no-service`: the service for readers (PC/SC) itself is not there. */
  readonly reader: "no-service" | "absent" | "present";
  readonly card: "absent" | "present" | "mute";
  /** Name of the reader, while it is present. */
  readonly name?: string;
};

/** The place where cards come and go: a reader behind PC/SC, or one in a test's memory. No card is told by its ATR. */
export interface CardTerminal {
  readonly state: Observable<TerminalState>;
  /** Begins to watch, and goes on whatever is unplugged. */
  start(): void;
  stop(): Promise<void>;
  /** Powers the card that is there. */
  connect(): Promise<Result<CardChannel, CardLinkError>>;
}
