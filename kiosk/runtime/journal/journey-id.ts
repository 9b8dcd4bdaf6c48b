import { randomBytes } from "node:crypto";

/**
 * A name for a journey that no other kiosk gives: milliseconds since the epoch in base 36, then 80 random bits. It begins with
 * the time, so that rows of one journey, and of those near it, lie together on disk.
 */
export function newJourneyId(now: number): string {
  return `${now.toString(36).padStart(9, "0")}-${randomBytes(10).toString("hex")}`;
}
