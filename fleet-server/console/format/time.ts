import { language } from "../app/preferences.ts";

const LOCALES = { es: "es-CL", en: "en-GB" } as const;

const UNITS: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
];

/** "3 min ago": the largest unit that fits, at least a minute. `at` and `now` are milliseconds since the Unix epoch. */
export function relative(at: number, now: number): string {
  const format = new Intl.RelativeTimeFormat(LOCALES[language.value], { numeric: "auto", style: "short" });
  const distance = at - now;
  for (const [unit, size] of UNITS)
    if (Math.abs(distance) >= size) return format.format(Math.trunc(distance / size), unit);
  return language.value === "es" ? "hace un momento" : "just now";
}

/** Length of a time in words, e.g. "2 h", "35 min", "140 ms". */
export function duration(milliseconds: number): string {
  if (milliseconds > 0 && milliseconds < 1_000) return `${Math.round(milliseconds)} ms`;
  const seconds = Math.max(0, Math.round(milliseconds / 1_000));
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3_600) return `${Math.round(seconds / 60)} min`;
  if (seconds < 2 * 86_400) return `${Math.round(seconds / 3_600)} h`;
  return language.value === "es" ? `${Math.round(seconds / 86_400)} días` : `${Math.round(seconds / 86_400)} days`;
}

const format = (options: Intl.DateTimeFormatOptions) => (at: number) =>
  new Intl.DateTimeFormat(LOCALES[language.value], options).format(at);

/** Day and time to the second. */
export const exact = format({ dateStyle: "long", timeStyle: "medium", hourCycle: "h23" });
/** Day and time to the minute. */
export const dayTime = format({ day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
export const date = format({ day: "numeric", month: "short", year: "numeric" });
export const clockTime = format({ hour: "2-digit", minute: "2-digit", hourCycle: "h23" });

/** Hour of the day, or day of the month, in a kiosk's own time zone. */
export function bucketLabel(at: number, unit: "hour" | "day", timeZone: string): string {
  const options: Intl.DateTimeFormatOptions =
    unit === "hour" ? { hour: "2-digit", minute: "2-digit", hourCycle: "h23" } : { weekday: "short", day: "numeric" };
  return new Intl.DateTimeFormat(LOCALES[language.value], { ...options, timeZone }).format(at);
}

/** Sunday first, as opening hours are told. */
export function weekdays(): string[] {
  const name = new Intl.DateTimeFormat(LOCALES[language.value], { weekday: "long", timeZone: "UTC" });
  return Array.from({ length: 7 }, (_, day) => name.format(Date.UTC(2026, 1, 1 + day)));
}

export const number = (value: number, options: Intl.NumberFormatOptions = {}) =>
  new Intl.NumberFormat(LOCALES[language.value], options).format(value);

export const percent = (share: number) => number(share, { style: "percent", maximumFractionDigits: 0 });

/** Bytes in the largest unit that fits. */
export function bytes(count: number): string {
  const megabytes = count / 1_048_576;
  if (megabytes >= 1) return `${number(megabytes, { maximumFractionDigits: 1 })} MB`;
  return `${number(Math.max(1, Math.round(count / 1_024)))} KB`;
}
