import type { z } from "zod";
import type { journeyCountersSchema } from "../../../api/contract/kiosks.ts";

type Hour = z.infer<typeof journeyCountersSchema>["hours"][number];

export type Unit = "hour" | "day";
export type Bucket = {
  /** Its start, milliseconds since the Unix epoch. */
  readonly at: number;
  readonly done: number;
  readonly other: number;
  /** Sum of all durations. */
  readonly seconds: number;
};

const HOUR = 3_600_000;
export const SHOWN: Readonly<Record<Unit, number>> = { hour: 24, day: 14 };

/**
 * Journeys of the last 24 hours or 14 days, oldest first, empty buckets too. Days are days of the kiosk's own time zone, so that a
 * day with a change of clocks has 23 or 25 hours.
 */
export function bucketsOf(hours: readonly Hour[], unit: Unit, now: number, timeZone: string): readonly Bucket[] {
  const day = new Intl.DateTimeFormat("en-CA", { timeZone, dateStyle: "short" });
  const keyOf = (at: number) => (unit === "hour" ? String(Math.floor(at / HOUR)) : day.format(at));
  const buckets = new Map<string, { at: number; done: number; other: number; seconds: number }>();
  const thisHour = Math.floor(now / HOUR) * HOUR;
  for (let at = thisHour; buckets.size <= SHOWN[unit]; at -= HOUR) {
    const key = keyOf(at);
    const bucket = buckets.get(key);
    if (bucket) bucket.at = at;
    else if (buckets.size === SHOWN[unit]) break;
    else buckets.set(key, { at, done: 0, other: 0, seconds: 0 });
  }
  for (const { hour, result, count, seconds } of hours) {
    const bucket = buckets.get(keyOf(hour));
    if (!bucket) continue;
    bucket[result === "delivered" ? "done" : "other"] += count;
    bucket.seconds += seconds;
  }
  return [...buckets.values()].reverse();
}
