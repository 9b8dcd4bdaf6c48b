import { z } from "zod";

const milliseconds = (least: number, most: number, initial: number) =>
  z.number().int().min(least).max(most).default(initial);

/**
 * What differs between terminals and countries, or is not certain from the public specification alone. No device was at
 * hand: every value here is to be looked at when the first one is.
 */
export const zvtProfileSchema = z.strictObject({
  /** ISO 4217 number as four digits; 152 is the Chilean peso. */
  currency: z
    .string()
    .regex(/^\d{4}$/)
    .default("0152"),
  /**
   * Digits that an amount on the wire has behind the point. The specification says "minor currency units", and ISO 4217
   * gives the peso none: 1500 pesos are sent as 1500. A terminal that knows only currencies with cents needs 2 here, and is
   * sent 150000.
   */
  minorDigits: z.number().int().min(0).max(3).default(0),
  /** Whether the terminal understands TLV containers; without them it prints lines, and untyped receipts. */
  containers: z.boolean().default(true),
  /** Which of several receipts is the customer's, where the terminal does not say. */
  untypedCustomerReceipt: z.enum(["first", "last"]).default("last"),
  /** Result codes by which a terminal says that it has stored no payment to repeat the receipt of. */
  nothingStored: z.array(z.string()).default(["83"]),
  /**
   * Whether a sale may be broken off by Abort (06 B0) while the terminal is at work. The specification leaves it to the
   * terminal; one that cannot just goes on.
   */
  abortsSale: z.boolean().default(true),
  /** Largest amount, integer pesos. The wire has room for 12 digits. */
  maxAmount: z.number().int().min(1).max(999_999_999).default(999_999_999),
});

export type ZvtProfile = z.infer<typeof zvtProfileSchema>;

/** Every time-out and choice of a ZVT terminal, milliseconds unless said otherwise. Sources: PA00P016, PA00P015. */
export const zvtSettingsSchema = z.strictObject({
  profile: zvtProfileSchema.default(() => zvtProfileSchema.parse({})),
  /** Six digits; the terminal's merchant password. */
  password: z
    .string()
    .regex(/^\d{6}$/)
    .default("000000"),
  /** T2, serial line: from a frame to its ACK or NAK. Specification: 5 s. */
  ack: milliseconds(50, 60_000, 5_000),
  /** T3: from a command to its answer 80 00 or 84 xx. Specification: 5 s, to be settable. */
  answer: milliseconds(50, 60_000, 5_000),
  /** T4: from the answer, or the last sign of work, to the end. Specification: 180 s, to be settable. */
  completion: milliseconds(100, 1_800_000, 180_000),
  /** From the answer to the end of a sale, signs of work or not. Our judgement: none may hold a kiosk for ever. */
  longest: milliseconds(100, 3_600_000, 600_000),
  /** T4 of what the terminal answers from memory: status, last receipt, totals, registration. Our judgement. */
  query: milliseconds(100, 600_000, 20_000),
  /** What has had no byte for so long did not begin where we thought: a unit on TCP, a frame before the next command. */
  stalled: milliseconds(100, 60_000, 3_000),
  /** How long a command waits for a terminal that is not connected. */
  connect: milliseconds(0, 60_000, 3_000),
  /** How long a sale in doubt waits for a lost terminal to come back. */
  reconnect: milliseconds(0, 600_000, 20_000),
  /** How long a terminal that does not tell is asked about a sale in doubt. */
  inquiry: milliseconds(1_000, 600_000, 20_000),
  /** Between two such questions. */
  inquiryInterval: milliseconds(100, 60_000, 2_000),
  /** Status enquiry while idle, so that a dead line is noticed; 0 switches it off. Specification: every minute or more often. */
  heartbeat: milliseconds(0, 3_600_000, 0),
  /** By how much the terminal's clock may be wrong, where the terminal does not tell its time. */
  clockSkew: milliseconds(0, 86_400_000, 60_000),
  /** The zone that the terminal's clock shows, an IANA name. */
  timeZone: z.string().default("America/Santiago"),
  /** Ask for the receipt's text; without it nothing is printed anywhere. */
  voucher: z.boolean().default(true),
  /**
   * Learn the terminal's last stored payment before the first sale and after anything that may have changed it: only by
   * comparison with it can a doubt be resolved for certain, because a ZVT terminal does not keep our ticket.
   */
  baseline: z.boolean().default(true),
  /** How long `onApproved` may take; the terminal is told so with the sale, in whole seconds. */
  goodsIssue: milliseconds(1_000, 250_000, 60_000),
  /** After so long without a decision the terminal is asked for more time; well below T3. */
  goodsHold: milliseconds(50, 4_000, 1_000),
});

export type ZvtSettings = z.infer<typeof zvtSettingsSchema>;
export type ZvtSettingsInput = z.input<typeof zvtSettingsSchema>;

/** @throws ZodError naming the setting that is out of range. */
export function zvtSettings(settings: ZvtSettingsInput = {}): ZvtSettings {
  return zvtSettingsSchema.parse(settings);
}
