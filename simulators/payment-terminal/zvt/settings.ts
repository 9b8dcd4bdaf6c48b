import { COMMON_DEFAULTS, type CommonTerminalSettings } from "../settings.ts";

/** How one simulated ZVT terminal behaves. */
export type ZvtTerminalSettings = CommonTerminalSettings & {
  readonly contract: string;
  /** ISO 4217 number as four digits that it takes; anything else is refused at registration. */
  readonly currency: string;
  /** Digits behind the point of that currency on the wire; only for what it prints. */
  readonly minorDigits: number;
  readonly password: string;
  /** Tells its date and time when a registration completes. */
  readonly tellsClock: boolean;
  /** T3: a command not answered; `ackTimeout` is T2. */
  readonly answerTimeout: number;
  /**
   * The specification tells both (chapters 2.2.8 and 4.2): without an answer to its status the terminal gives the money
   * back, or it keeps the payment and leaves the rest to the next transaction.
   */
  readonly autoReversal: boolean;
  /** Goes on with a payment after the cash register has closed the connection, or gives it up. */
  readonly onHangUp: "go-on" | "abort";
  /** What it says to requests while it serves a citizen; `answer`: repeats the last receipt as if it were idle. */
  readonly whenBusy: "silent" | "reject" | "answer";
  /** Whether Abort (06 B0) breaks off a payment that waits for card or PIN. */
  readonly abortable: boolean;
  /** Whether a declined payment becomes the last receipt. */
  readonly storesDeclined: boolean;
  /** Receipts in text blocks where they are permitted, else line by line. */
  readonly printsBlocks: boolean;
  /** Names the amount in its status. */
  readonly namesAmount: boolean;
};

export const ZVT_TERMINAL_DEFAULTS: ZvtTerminalSettings = {
  ...COMMON_DEFAULTS,
  terminalId: "52500001",
  contract: "597000000001",
  currency: "0152",
  minorDigits: 0,
  password: "000000",
  tellsClock: false,
  ackTimeout: 5_000,
  answerTimeout: 5_000,
  autoReversal: true,
  onHangUp: "go-on",
  whenBusy: "reject",
  abortable: true,
  storesDeclined: false,
  printsBlocks: true,
  namesAmount: true,
};
