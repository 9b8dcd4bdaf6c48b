import type { Clock } from "../../base/clock.ts";
import { DEVICE_KINDS, type DeviceKind } from "../../base/contracts/device-status.ts";
import { pause } from "../../base/deadline.ts";
import type { ChipCardReader } from "../../drivers/chip-card-reader/interface.ts";
import type { CodeReader } from "../../drivers/code-reader/interface.ts";
import type { Device } from "../../drivers/device.ts";
import type { DocumentScanner } from "../../drivers/document-scanner/interface.ts";
import type { FingerprintReader } from "../../drivers/fingerprint-reader/interface.ts";
import { isOffered } from "../../drivers/first-status.ts";
import type { IoBoard } from "../../drivers/io-board/interface.ts";
import type { Keypad } from "../../drivers/keypad/interface.ts";
import type { PagePrinter } from "../../drivers/page-printer/interface.ts";
import type { PaymentTerminal } from "../../drivers/payment-terminal/interface.ts";
import type { ReceiptPrinter } from "../../drivers/receipt-printer/interface.ts";
import type { Ups } from "../../drivers/ups/interface.ts";

/** The interface of each kind of device. */
export type DeviceOf = {
  readonly "payment-terminal": PaymentTerminal;
  readonly "receipt-printer": ReceiptPrinter;
  readonly "code-reader": CodeReader;
  readonly "chip-card-reader": ChipCardReader;
  readonly "page-printer": PagePrinter;
  readonly "fingerprint-reader": FingerprintReader;
  readonly "document-scanner": DocumentScanner;
  readonly keypad: Keypad;
  readonly "io-board": IoBoard;
  readonly ups: Ups;
};

/** This kiosk's devices by kind, in the order of the configuration. */
export type DeviceSet = { readonly [K in DeviceKind]: readonly DeviceOf[K][] };

export function allDevices(devices: DeviceSet): readonly Device[] {
  return DEVICE_KINDS.flatMap((kind): readonly Device[] => devices[kind]);
}

/** The first device of a kind that can serve now. */
export function serving<K extends DeviceKind>(devices: DeviceSet, kind: K): DeviceOf[K] | undefined {
  return devices[kind].find((device) => isOffered(device.status.value));
}

/** A device that has just been plugged in again says what it is within this, milliseconds. */
const CONFIRMED_WITHIN = 5_000;

/** As `serving`; where a device is there and its status is not believed yet, that is waited for, because a citizen stands before it. */
export async function servingSoon<K extends DeviceKind>(
  devices: DeviceSet,
  kind: K,
  clock: Clock,
): Promise<DeviceOf[K] | undefined> {
  const now = serving(devices, kind);
  const waiting = devices[kind].filter(({ status }) => status.value.provisional);
  if (now !== undefined || waiting.length === 0) return now;
  const confirmed = new AbortController();
  const look = () => serving(devices, kind) !== undefined && confirmed.abort();
  const unsubscribe = waiting.map(({ status }) => status.subscribe(look));
  await pause(clock, CONFIRMED_WITHIN, confirmed.signal);
  for (const end of unsubscribe) end();
  return serving(devices, kind);
}
