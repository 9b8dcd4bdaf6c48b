import type { Locale } from "../../base/contracts/view.ts";
import { formatPesos } from "../../base/money.ts";
import { formatRun } from "../../base/run.ts";
import type { Json } from "./ports.ts";

export const FORMATTERS = ["money", "date", "day", "datetime", "run", "masked-run"] as const;
export type Formatter = (typeof FORMATTERS)[number];

const MONTHS: Record<Locale, readonly string[]> = {
  es: [
    "enero",
    "febrero",
    "marzo",
    "abril",
    "mayo",
    "junio",
    "julio",
    "agosto",
    "septiembre",
    "octubre",
    "noviembre",
    "diciembre",
  ],
  en: [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
  ],
};

/** A value as people read it. A value that does not fit the formatter is shown as it is. */
export function formatValue(value: Json | undefined, formatter: Formatter | undefined, locale: Locale): string {
  if (value === undefined || value === null) return "";
  switch (formatter) {
    case "money":
      return typeof value === "number" ? formatPesos(value) : plain(value);
    case "date":
      return formatDate(plain(value), locale);
    case "day":
      return formatDay(plain(value));
    case "datetime":
      return formatDateTime(plain(value));
    case "run":
      return formatRun(plain(value));
    case "masked-run":
      return formatRun(plain(value)).replace(/^[\d.]+(?=\d{3}-)/, (start) => start.replace(/\d/g, "*"));
    case undefined:
      return plain(value);
  }
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
