/** Days as people count them, without time and zone. Dates are ISO 8601, `2026-04-30`. */

/** Days of a month; `month` from 1. */
export function daysIn(year: number, month: number): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate();
}

/** The ISO date. @param month from 1. */
export function isoDate(year: number, month: number, day: number): string {
  return `${String(year).padStart(4, "0")}-${String(month).padStart(2, "0")}-${String(day).padStart(2, "0")}`;
}

const ISO = /^(\d{4})-(\d{2})-(\d{2})/;

/** Year, month and day at the beginning of `text`; `undefined` when there is no such day. */
export function partsOf(text: string): readonly [year: number, month: number, day: number] | undefined {
  const match = ISO.exec(text);
  if (match === null) return undefined;
  const [year, month, day] = match.slice(1).map(Number) as [number, number, number];
  return month >= 1 && month <= 12 && day >= 1 && day <= daysIn(year, month) ? [year, month, day] : undefined;
}

/** What a definition may call a day: an ISO date, `today`, or so many days, months or years from today. */
const DAY_NAME = /^today(?:\s*([+-])\s*(\d{1,4})\s*(days|months|years))?$/;

/** The day that a definition calls `name`; `undefined` when it is no such name. @param today ISO date or local time. */
export function dayNamed(name: string, today: string): string | undefined {
  const fixed = name.length === 10 ? partsOf(name) : undefined;
  if (fixed !== undefined) return name;
  const relative = DAY_NAME.exec(name);
  const now = partsOf(today);
  if (relative === null || now === undefined) return undefined;
  const count = Number(`${relative[1] ?? "+"}${relative[2] ?? 0}`);
  return relative[3] === "days"
    ? dayAfter(today, count)
    : monthsAfter(now, relative[3] === "years" ? 12 * count : count);
}

/** The day that is `days` after `date`. */
export function dayAfter(date: string, days: number): string {
  const [year = 0, month = 1, day = 1] = partsOf(date) ?? [];
  const moment = new Date(Date.UTC(year, month - 1, day + days));
  return isoDate(moment.getUTCFullYear(), moment.getUTCMonth() + 1, moment.getUTCDate());
}

/** The same day of another month, or the last that it has. */
function monthsAfter([year, month, day]: readonly [number, number, number], months: number): string {
  const count = 12 * year + month - 1 + months;
  const [toYear, toMonth] = [Math.floor(count / 12), (count % 12) + 1];
  return isoDate(toYear, toMonth, Math.min(day, daysIn(toYear, toMonth)));
}
