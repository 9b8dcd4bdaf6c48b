/** How any simulated payment terminal behaves. Times are milliseconds. */
export type CommonTerminalSettings = {
  readonly terminalId: string;
  /** Zone of the terminal's clock, IANA name, and by how much that clock is wrong. */
  readonly timeZone: string;
  readonly clockError: number;
  /** Before an answer that needs no person and no bank. */
  readonly thinking: number;
  /** How long a citizen takes over the PIN. */
  readonly pin: number;
  /** How long the bank takes. */
  readonly bank: number;
  /** `operator`: the bank waits for the verbs approve and decline; `approve`: it approves unless told otherwise. */
  readonly decision: "approve" | "operator";
  /** How long the terminal waits for a card before it gives up. */
  readonly cardTimeout: number;
  /** A message that is not acknowledged for so long is sent again, at most twice more. */
  readonly ackTimeout: number;
  /** How long the terminal is off the line to boot. */
  readonly boot: number;
  /** Plays the citizen and the bank after so long without an operator; 0 leaves it to the operator. */
  readonly autoplay: number;
};

export const COMMON_DEFAULTS = {
  timeZone: "America/Santiago",
  clockError: 0,
  thinking: 20,
  pin: 1_500,
  bank: 1_200,
  decision: "approve",
  cardTimeout: 60_000,
  boot: 3_000,
  autoplay: 0,
} as const satisfies Partial<CommonTerminalSettings>;

/** How one simulated Transbank terminal behaves. */
export type TerminalSettings = CommonTerminalSettings & {
  readonly commerceCode: string;
  /** What the public documents leave open or tell differently. */
  readonly multicodeResponse: "0271" | "0210";
  readonly emptyDetailRecords: 1 | 2;
  readonly lastSaleResponse: "0260" | "0210";
  readonly lastSaleIncludesDeclined: boolean;
  /** What a terminal says to requests while it serves a citizen; `answer`: poll and last sale as if it were idle. */
  readonly whenBusy: "silent" | "nak" | "acknowledge-poll" | "answer";
  readonly knowsPoll: boolean;
  /** Sends 0900 messages when a sale asks for them. */
  readonly sendsStatus: boolean;
  /** Trailing fields after the time are left out when there is nothing in them. */
  readonly shortAnswers: boolean;
};

export const TERMINAL_DEFAULTS: TerminalSettings = {
  ...COMMON_DEFAULTS,
  commerceCode: "597000000001",
  terminalId: "VT000001",
  ackTimeout: 10_000,
  multicodeResponse: "0271",
  emptyDetailRecords: 2,
  lastSaleResponse: "0260",
  lastSaleIncludesDeclined: false,
  whenBusy: "silent",
  knowsPoll: true,
  sendsStatus: true,
  shortAnswers: true,
};
