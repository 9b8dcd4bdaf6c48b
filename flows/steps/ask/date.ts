import { ok, type Result } from "../../../base/result.ts";
import { dayNamed, daysIn, isoDate, partsOf } from "../../engine/calendar.ts";
import { type Fault, fault } from "./answer.ts";
import type { AskInput } from "./schema.ts";

/** Days that anybody could mean: what lies outside is a slip of the finger. */
const FIRST = "1900-01-01";
const LAST = "2199-12-31";

const BY_PARTS = /^(\d{1,2})[\s./-]+(\d{1,2})[\s./-]+(\d{4})$/;
const IN_A_ROW = /^(\d{2})(\d{2})(\d{4})$/;
const ISO = /^(\d{4})-(\d{2})-(\d{2})$/;

/** Reads day, month and year as people write them, or an ISO date. */
export function readDate(step: AskInput<"date">, typed: string, today: string): Result<string, Fault> {
  const iso = ISO.exec(typed)?.slice(1).reverse();
  const [day, month, year] = (iso ?? (BY_PARTS.exec(typed) ?? IN_A_ROW.exec(typed) ?? []).slice(1)).map(Number);
  if (day === undefined || month === undefined || year === undefined) return fault("date-form");
  if (month < 1 || month > 12) return fault("date-month");
  const days = daysIn(year, month);
  if (day < 1 || day > days) return fault("date-day", { month: isoDate(year, month, 1), days });
  const date = isoDate(year, month, day);
  const { from, to } = limitsOf(step, today);
  if (date < from) return fault("date-too-early", { limit: from });
  return date > to ? fault("date-too-late", { limit: to }) : ok(date);
}

/** The first and the last day that are taken. Nobody is born after today. */
export function limitsOf({ from, to, about }: AskInput<"date">, today: string): { from: string; to: string } {
  const last = to ?? (about === "birth-date" ? "today" : undefined);
  return {
    from: (from === undefined ? undefined : dayNamed(from, today)) ?? FIRST,
    to: (last === undefined ? undefined : dayNamed(last, today)) ?? LAST,
  };
}

/** Day, month and year, as the field shows them. */
export function shownDate(iso: string): string {
  const [year = 0, month = 0, day = 0] = partsOf(iso) ?? [];
  return isoDate(year, month, day).split("-").reverse().join("-");
}
