import type { Locale } from "../../base/contracts/view.ts";
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
      return typeof value === "number" ? formatMoney(value) : plain(value);
    case "date":
      return formatDate(localTime(plain(value)), locale);
    case "day":
      return formatDay(localTime(plain(value)));
    case "datetime":
      return formatDateTime(localTime(plain(value)));
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

/** Integer pesos in the Chilean way, e.g. `$12.340`, in every language: it is what is printed on the paper. */
export function formatMoney(pesos: number): string {
  return `${pesos < 0 ? "-" : ""}$${thousands(String(Math.abs(pesos)))}`;
}

function thousands(digits: string): string {
  return digits.replace(/\B(?=(\d{3})+$)/g, ".");
}

const ISO = /^(\d{4})-(\d{2})-(\d{2})(?:T(\d{2}:\d{2}))?/;

/** The time that institutions print: continental Chile's official time. */
const OFFICIAL_TIME = new Intl.DateTimeFormat("sv-SE", {
  timeZone: "America/Santiago",
  dateStyle: "short",
  timeStyle: "short",
});
const INSTANT = /T.*(Z|[+-]\d{2}:\d{2})$/;

/** An instant becomes wall-clock time; what is wall-clock time already (a terminal's own, say) stays as it is. */
function localTime(iso: string): string {
  return INSTANT.test(iso) && !Number.isNaN(Date.parse(iso))
    ? OFFICIAL_TIME.format(new Date(iso)).replace(" ", "T")
    : iso;
}

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

function formatDateTime(iso: string): string {
  const time = ISO.exec(iso)?.[4];
  return time === undefined ? formatDay(iso) : `${formatDay(iso)} ${time}`;
}
