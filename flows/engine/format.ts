import type { Locale } from "../../base/contracts/view.ts";
import { formatPesos } from "../../base/money.ts";
import { MONTHS } from "../../base/months.ts";
import { addressSchema, formatAddress } from "../../base/places/address.ts";
import { formatRun } from "../../base/run.ts";
import type { Json } from "./ports.ts";

export const FORMATTERS = [
  "money",
  "date",
  "month",
  "day",
  "weekday",
  "datetime",
  "run",
  "masked-run",
  "address",
  "list",
  "pages",
] as const;
export type Formatter = (typeof FORMATTERS)[number];

/** From Sunday on. */
const WEEKDAYS: Record<Locale, readonly string[]> = {
  es: ["domingo", "lunes", "martes", "miércoles", "jueves", "viernes", "sábado"],
  en: ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"],
};

/** A value as people read it. A value that does not fit the formatter is shown as it is. */
export function formatValue(value: Json | undefined, formatter: Formatter | undefined, locale: Locale): string {
  if (value === undefined || value === null) return "";
  switch (formatter) {
    case "money":
      return typeof value === "number" ? formatPesos(value) : plain(value);
    case "date":
      return formatDate(plain(value), locale);
    case "month":
      return formatMonth(plain(value), locale);
    case "day":
      return formatDay(plain(value));
    case "weekday":
      return formatWeekday(plain(value), locale);
    case "datetime":
      return formatDateTime(plain(value));
    case "run":
      return formatRun(plain(value));
    case "masked-run":
      return formatRun(plain(value)).replace(/^[\d.]+(?=\d{3}-)/, (start) => start.replace(/\d/g, "*"));
    case "address": {
      const address = addressSchema.safeParse(value);
      return address.success ? formatAddress(address.data) : plain(value);
    }
    case "list":
      return Array.isArray(value) ? inOneSentence(value.map(String), locale) : plain(value);
    case "pages":
      return Array.isArray(value) ? PAGES[locale](value.length) : plain(value);
    case undefined:
      return plain(value);
  }
}

const PAGES: Record<Locale, (count: number) => string> = {
  es: (count) => (count === 1 ? "1 hoja" : `${count} hojas`),
  en: (count) => (count === 1 ? "1 page" : `${count} pages`),
};

const AND: Record<Locale, string> = { es: "y", en: "and" };

/** `agua, luz y gas`. Before a word that begins with the sound of "i" Spanish says "e". */
function inOneSentence(words: readonly string[], locale: Locale): string {
  const last = words.at(-1);
  if (last === undefined || words.length === 1) return last ?? "";
  const and = locale === "es" && /^h?[ií](?!e)/i.test(last) ? "e" : AND[locale];
  return `${words.slice(0, -1).join(", ")} ${and} ${last}`;
}

function plain(value: Json): string {
  if (typeof value === "object") return Array.isArray(value) ? value.map(String).join(", ") : "";
  return String(value);
}

const ISO = /^(\d{4})-(\d{2})-(\d{2})(?:T(\d{2}:\d{2}))?/;

function formatDate(iso: string, locale: Locale): string {
  const [, year, month, day] = ISO.exec(iso) ?? [];
  const name = MONTHS[locale][Number(month) - 1];
  if (name === undefined) return iso;
  return locale === "es" ? `${Number(day)} de ${name} de ${year}` : `${Number(day)} ${name} ${year}`;
}

/** `abril de 2026`. */
function formatMonth(iso: string, locale: Locale): string {
  const [, year, month] = ISO.exec(iso) ?? [];
  const name = MONTHS[locale][Number(month) - 1];
  if (name === undefined) return iso;
  return locale === "es" ? `${name} de ${year}` : `${name} ${year}`;
}

/** The day as people agree on one: its name, number and month. */
function formatWeekday(iso: string, locale: Locale): string {
  const [, year, month, day] = ISO.exec(iso) ?? [];
  const name = MONTHS[locale][Number(month) - 1];
  if (name === undefined) return iso;
  const weekday = WEEKDAYS[locale][new Date(Date.UTC(Number(year), Number(month) - 1, Number(day))).getUTCDay()];
  return locale === "es" ? `${weekday} ${Number(day)} de ${name}` : `${weekday} ${Number(day)} ${name}`;
}

function formatDay(iso: string): string {
  const [, year, month, day] = ISO.exec(iso) ?? [];
  return year === undefined ? iso : `${day}-${month}-${year}`;
}

/** A time in UTC is shown as the kiosk's own wall clock shows it; one with an offset was written for people already. */
function formatDateTime(text: string): string {
  const iso = text.endsWith("Z") ? localTime(Date.parse(text)) : text;
  const time = ISO.exec(iso)?.[4];
  return time === undefined ? formatDay(iso) : `${formatDay(iso)} ${time}`;
}

/** Wall-clock time of the kiosk, ISO 8601 without zone. @param moment milliseconds since the epoch. */
export function localTime(moment: number): string {
  const date = new Date(moment);
  const two = (number: number) => String(number).padStart(2, "0");
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day}T${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}
