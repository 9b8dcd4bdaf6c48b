import type { DeviceKind, DeviceStatus } from "../base/contracts/device-status.ts";

/**
 * "The first status is provisional": how often a device has to answer after it was connected before what it says is believed, by kind. The
 * only place of this rule; drivers count, `isOffered` decides.
 *
 * - 2: the flags of a receipt printer may still be those from before its power came back (openpos-framework#2065); the second status
 *   has to match the one before it;
 * - 1: the model's answer is whole and of this moment: a terminal that takes a poll, all attributes of a page printer and the status of a
 *   document scanner (which count as connected by that answer alone), all variables of a UPS, all inputs of a board that has just put its outputs into their safe state;
 * - 0: nothing is asked: readers and keypads that are only listened to, sensors that are told by their own driver, and chip card
 *   readers, whose whole state PC/SC tells.
 */
export const CONFIRMING_ANSWERS: Readonly<Record<DeviceKind, 0 | 1 | 2>> = {
  "payment-terminal": 1,
  "receipt-printer": 2,
  "code-reader": 0,
  "chip-card-reader": 0,
  "page-printer": 1,
  "fingerprint-reader": 0,
  "document-scanner": 1,
  keypad: 0,
  "io-board": 1,
  ups: 1,
};

/** @param answers since the device was connected, that count by the rule above. */
export function isProvisional(kind: DeviceKind, link: DeviceStatus["link"], answers: number): boolean {
  return link === "connected" && answers < CONFIRMING_ANSWERS[kind];
}

/** Whether a device is offered to citizens now: it is connected, its status is believed, it is not unavailable, and it has no fault. */
export function isOffered({ link, provisional, readiness, conditions }: DeviceStatus): boolean {
  return (
    link === "connected" &&
    !provisional &&
    readiness !== "unavailable" &&
    !conditions.some(({ severity }) => severity === "fault")
  );
}
