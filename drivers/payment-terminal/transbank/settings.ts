import { z } from "zod";

const milliseconds = (least: number, most: number, initial: number) =>
  z.number().int().min(least).max(most).default(initial);

/**
 * Every time-out and choice of a Transbank terminal, milliseconds unless said otherwise. Transbank's official Timeout1
 * and Timeout2 stand in the manual that is not public in full; where no source is named the value is our judgement.
 */
export const transbankSettingsSchema = z.strictObject({
  /** Until ACK or NAK. Node SDK: 2 s; C SDK: 1.5 s; .NET and Java SDKs: 150 s. */
  ack: milliseconds(50, 150_000, 2_000),
  /** From ACK to the end of a sale, status messages or not. All SDKs: 150 s. Also: close, load keys, refund. */
  response: milliseconds(100, 600_000, 150_000),
  /** From ACK to the answer of a question that the terminal settles by itself: last sale, totals, details. */
  query: milliseconds(100, 600_000, 15_000),
  /** A frame that has had no byte for so long is given up when the next exchange begins. */
  stalledFrame: milliseconds(1_000, 60_000, 10_000),
  /** How long a command waits for a terminal that is not connected. */
  connect: milliseconds(0, 60_000, 3_000),
  /** How long a sale in doubt waits for a lost terminal to come back. */
  reconnect: milliseconds(0, 600_000, 20_000),
  /** How long a terminal that does not tell is asked about a sale in doubt. */
  inquiry: milliseconds(1_000, 600_000, 20_000),
  /** Between two such questions. */
  inquiryInterval: milliseconds(100, 60_000, 2_000),
  /** How long a terminal may need to come back after the command to initialise, and how often it is asked meanwhile. */
  initialise: milliseconds(1_000, 1_800_000, 300_000),
  initialiseInterval: milliseconds(100, 60_000, 5_000),
  /** Poll while idle, so that a dead line is noticed; 0 switches it off. An integrator polls every 5 minutes. */
  heartbeat: milliseconds(0, 3_600_000, 0),
  /** By how much the terminal's clock may be slow against ours. */
  clockSkew: milliseconds(0, 86_400_000, 600_000),
  /** The zone that the terminal's clock shows, an IANA name. */
  timeZone: z.string().default("America/Santiago"),
  /** Ask for the voucher's text, where the model can send it. */
  voucher: z.boolean().default(true),
});

export type TransbankSettings = z.infer<typeof transbankSettingsSchema>;

/** @throws ZodError naming the setting that is out of range. */
export function transbankSettings(settings: z.input<typeof transbankSettingsSchema> = {}): TransbankSettings {
  return transbankSettingsSchema.parse(settings);
}
