/** Hours by weekday, index 0 is Sunday; null: closed that day. `to` at or before `from` ends on the next day. */
export type OpeningHours = readonly ({ readonly from: string; readonly to: string } | null)[];

const MINUTE = 60_000;
const DAY_MINUTES = 24 * 60;

/**
 * Milliseconds (whole minutes) since a place opened, by its own wall clock; undefined while it is closed. Without opening hours, or with a time
 * zone that this machine does not know, a place is always open: `Infinity`.
 */
export function openFor(hours: OpeningHours | null, timeZone: string, now: number): number | undefined {
  if (hours === null) return Number.POSITIVE_INFINITY;
  const local = wallClock(timeZone, now);
  if (local === undefined) return Number.POSITIVE_INFINITY;
  for (const [weekday, minute] of [
    [local.weekday, local.minute],
    [(local.weekday + 6) % 7, local.minute + DAY_MINUTES],
  ] as const) {
    const window = hours[weekday] ?? null;
    if (window === null) continue;
    const from = minutesOf(window.from);
    const to = minutesOf(window.to);
    if (minute >= from && minute < (to <= from ? to + DAY_MINUTES : to)) return (minute - from) * MINUTE;
  }
  return undefined;
}

const WEEKDAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const formats = new Map<string, Intl.DateTimeFormat | undefined>();

function wallClock(timeZone: string, now: number): { weekday: number; minute: number } | undefined {
  if (!formats.has(timeZone)) formats.set(timeZone, formatOf(timeZone));
  const parts = formats.get(timeZone)?.formatToParts(now);
  if (parts === undefined) return undefined;
  const part = (type: string) => parts.find((entry) => entry.type === type)?.value ?? "";
  return { weekday: WEEKDAYS.indexOf(part("weekday")), minute: Number(part("hour")) * 60 + Number(part("minute")) };
}

function formatOf(timeZone: string): Intl.DateTimeFormat | undefined {
  try {
    return new Intl.DateTimeFormat("en-US", {
      ...{ timeZone, weekday: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23" },
    } as Intl.DateTimeFormatOptions);
  } catch {
    // The zone's name came from a person.
    return undefined;
  }
}

function minutesOf(time: string): number {
  return Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5));
}
