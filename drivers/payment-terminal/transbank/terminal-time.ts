import { wallClock } from "../wall-clock.ts";

/** `DDMMYYYY` to `YYYY-MM-DD`; `undefined` for anything that is no date, `00-00-00` included. */
export function isoDate(date: string | undefined): string | undefined {
  const parts = /^(\d\d)(\d\d)(\d{4})$/.exec(date ?? "");
  if (parts === null) return undefined;
  const iso = `${parts[3]}-${parts[2]}-${parts[1]}`;
  const day = new Date(`${iso}T00:00:00Z`);
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(iso) ? iso : undefined;
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
