/** How one simulated ZVT terminal behaves. Times are milliseconds. */
export type ZvtTerminalSettings = {
  readonly terminalId: string;
  readonly contract: string;
  /** ISO 4217 number as four digits that it takes; anything else is refused at registration. */
  readonly currency: string;
  /** Digits behind the point of that currency on the wire; only for what it prints. */
  readonly minorDigits: number;
  readonly password: string;
  /** Zone of the terminal's clock, IANA name, and by how much that clock is wrong. */
  readonly timeZone: string;
  readonly clockError: number;
  /** Tells its date and time when a registration completes. */
  readonly tellsClock: boolean;
  /** Before an answer that needs no person and no bank. */
  readonly thinking: number;
  /** How long a citizen takes over the PIN. */
  readonly pin: number;
  /** How long the bank takes. */
  readonly bank: number;
  /** `operator`: the bank waits for the verbs approve and decline; `approve`: it approves unless told otherwise. */
  readonly decision: "approve" | "operator";
  /** How long the terminal waits for a card before it gives up with code 6C. */
  readonly cardTimeout: number;
  /** T2 and T3: a frame not acknowledged, a command not answered. */
  readonly ackTimeout: number;
  readonly answerTimeout: number;
  readonly boot: number;
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
  /** Plays the citizen and the bank after so long without an operator; 0 leaves it to the operator. */
  readonly autoplay: number;
};

export const ZVT_TERMINAL_DEFAULTS: ZvtTerminalSettings = {
  terminalId: "52500001",
  contract: "597000000001",
  currency: "0152",
  minorDigits: 0,
  password: "000000",
  timeZone: "America/Santiago",
  clockError: 0,
  tellsClock: false,
  thinking: 20,
  pin: 1_500,
  bank: 1_200,
  decision: "approve",
  cardTimeout: 60_000,
  ackTimeout: 5_000,
  answerTimeout: 5_000,
  boot: 3_000,
  autoReversal: true,
  onHangUp: "go-on",
  whenBusy: "reject",
  abortable: true,
  storesDeclined: false,
  printsBlocks: true,
  namesAmount: true,
  autoplay: 0,
};
