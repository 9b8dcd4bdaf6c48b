import { z } from "zod";

export const DEVICE_KINDS = [
  "payment-terminal",
  "receipt-printer",
  "code-reader",
  "chip-card-reader",
  "page-printer",
  "fingerprint-reader",
  "document-scanner",
  "keypad",
  "io-board",
  "ups",
] as const;
export type DeviceKind = (typeof DEVICE_KINDS)[number];

/** Kinds that are spoken to through a serial port, so that the technician's tool can try and bind what is plugged in there. */
export const SERIAL_KINDS = [
  "payment-terminal",
  "receipt-printer",
  "code-reader",
] as const satisfies readonly DeviceKind[];
export type SerialKind = (typeof SERIAL_KINDS)[number];

/** Whether devices of this kind are on serial ports. */
export function isSerialKind(kind: DeviceKind): kind is SerialKind {
  return SERIAL_KINDS.some((serial) => serial === kind);
}

export const WHO = ["none", "citizen", "attendant", "technician", "supplier"] as const;

/**
 * A lasting fact about a device that somebody may have to act on, e.g. `paper-near-end`. Codes are listed per kind
 * in `drivers/<kind>/interface.ts`.
 */
export const conditionSchema = z.strictObject({
  code: z.string(),
  severity: z.enum(["info", "warning", "fault"]),
  who: z.enum(WHO),
  /** Milliseconds since the Unix epoch. */
  since: z.number(),
});
export type Condition = z.infer<typeof conditionSchema>;

/**
 * The state of one device on three separate axes (vocabulary of XFS4IoT and CUSS 2): is it connected, can it serve now,
 * and what is the matter with it.
 */
export const deviceStatusSchema = z.strictObject({
  /** Name from the kiosk's configuration, unique on this kiosk. */
  device: z.string(),
  kind: z.enum(DEVICE_KINDS),
  model: z.string(),
  link: z.enum(["absent", "connecting", "connected"]),
  readiness: z.enum(["ready", "busy", "unavailable"]),
  conditions: z.array(conditionSchema),
  /** The first status after a connection is provisional: some devices report stale flags until asked again. */
  provisional: z.boolean(),
});
export type DeviceStatus = z.infer<typeof deviceStatusSchema>;
