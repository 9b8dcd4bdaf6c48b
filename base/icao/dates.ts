/**
 * Dates in machine-readable zones have two digits for the year (ICAO Doc 9303-3 §4.8). The century rules that we apply:
 *
 * - A **birth** lies in the past: the latest such year that is not after today. Who is a hundred years old or more would be
 *   taken for a child; `placeBirth` corrects that where the document had expired before such a birth.
 * - An **expiry** lies within a window around today: up to 30 years ahead, else in the past. The longest validity in
 *   use is far shorter, and documents that expired more than 70 years ago are not presented.
 *
 * Dates are ISO text (`2026-11-23`), so that no time zone can shift them.
 */
export const EXPIRY_WINDOW_YEARS = 30;

const SIX_DIGITS = /^(\d\d)(\d\d)(\d\d)$/;
/** Doc 9303 allows fillers for the parts of a birth date that the issuer does not know. */
const PARTLY_KNOWN = /^(\d\d)(\d\d|<<)<<$/;

/** Whether `iso` names a day of the calendar, e.g. not `2026-02-29`. */
export function isCalendarDate(iso: string): boolean {
  const time = Date.parse(`${iso}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(iso);
}

/**
 * Reads a birth date `YYMMDD`.
 *
 * @param today ISO date.
 * @param expiry ISO date of the same document's expiry, where known: nobody is born after it.
 * @returns an ISO date, of reduced precision (`1974`, `1974-08`, or empty) where the issuer wrote fillers; `undefined`
 *   when it is no date.
 */
export function placeBirth(text: string, today: string, expiry?: string): string | undefined {
  if (text === "<<<<<<") return "";
  const partly = PARTLY_KNOWN.exec(text);
  const limit = expiry !== undefined && expiry < today ? expiry : today;
  if (partly !== null) {
    const [, year = "", month = "<<"] = partly;
    return place(year, month === "<<" ? "" : `-${month}`, limit, (iso) =>
      isCalendarDate(month === "<<" ? `${iso}-01-01` : `${iso}-01`),
    );
  }
  const whole = SIX_DIGITS.exec(text);
  if (whole === null) return undefined;
  const [, year = "", month = "", day = ""] = whole;
  return place(year, `-${month}-${day}`, limit, isCalendarDate);
}

/** The latest year that ends in `year` for which the date exists and does not lie after `limit`. */
function place(year: string, rest: string, limit: string, exists: (iso: string) => boolean): string | undefined {
  const century = Number(limit.slice(0, 2));
  const candidates = [century, century - 1].map((hundreds) => `${hundreds}${year}${rest}`);
  return candidates.find((iso) => iso <= limit && exists(iso));
}

/** Reads an expiry date `YYMMDD`; an ISO date, or `undefined` when it is no date. */
export function placeExpiry(text: string, today: string): string | undefined {
  const match = SIX_DIGITS.exec(text);
  if (match === null) return undefined;
  const [, year = "", month = "", day = ""] = match;
  const thisYear = Number(today.slice(0, 4));
  const latest = thisYear + EXPIRY_WINDOW_YEARS;
  const ahead = latest - ((((latest - Number(year)) % 100) + 100) % 100);
  const iso = `${String(ahead).padStart(4, "0")}-${month}-${day}`;
  return isCalendarDate(iso) ? iso : undefined;
}

/** `YYMMDD` of an ISO date. */
export function toSixDigits(iso: string): string {
  return iso.slice(2).replaceAll("-", "");
}

/** The day on this machine's calendar, as an ISO date. @param now milliseconds since the Unix epoch. */
export function localDate(now: number): string {
  const date = new Date(now);
  const two = (part: number) => String(part).padStart(2, "0");
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}
