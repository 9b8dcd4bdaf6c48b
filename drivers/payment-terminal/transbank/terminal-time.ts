import { wallClock } from "../wall-clock.ts";

/** `DDMMYYYY` to `YYYY-MM-DD`; `undefined` for anything that is no date, `00-00-00` included. */
export function isoDate(date: string | undefined): string | undefined {
  const parts = /^(\d\d)(\d\d)(\d{4})$/.exec(date ?? "");
  if (parts === null) return undefined;
  const [, dayOfMonth = "", month = "", year = ""] = parts;
  const day = new Date(Date.UTC(Number(year), Number(month) - 1, Number(dayOfMonth)));
  // A day that no calendar has becomes one of the next month.
  const exists = day.getUTCDate() === Number(dayOfMonth) && day.getUTCMonth() === Number(month) - 1;
  return exists ? `${year}-${month}-${dayOfMonth}` : undefined;
}

/** `DDMMYYYY` and `HHMMSS` to ISO 8601 without zone. */
export function terminalTime(date: string | undefined, time: string | undefined): string | undefined {
  const day = isoDate(date);
  const parts = /^([01]\d|2[0-3])([0-5]\d)([0-5]\d)$/.exec(time ?? "");
  return day === undefined || parts === null ? undefined : `${day}T${parts[1]}:${parts[2]}:${parts[3]}`;
}

/** The terminal's two fields for an instant: `DDMMYYYY` and `HHMMSS`. */
export function terminalDateAndTime(
  instant: number,
  timeZone: string,
): { readonly date: string; readonly time: string } {
  const [day = "", time = ""] = wallClock(instant, timeZone).split("T");
  return { date: day.split("-").reverse().join(""), time: time.replaceAll(":", "") };
}
