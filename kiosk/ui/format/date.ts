/** A day that is being typed: digits as far as they go. */
export type TypedDate = { readonly day: string; readonly month: string; readonly year: string };
export type DatePart = keyof TypedDate;

/** The parts in the order in which people say them. */
export const DATE_PARTS = ["day", "month", "year"] as const satisfies readonly DatePart[];

const LENGTH: { readonly [P in DatePart]: number } = { day: 2, month: 2, year: 4 };

/** `17-05-1980`, or as much of it as there is. */
export function parseTyped(text: string): TypedDate {
  const [day = "", month = "", year = ""] = text.split("-").map((part) => part.replace(/\D/g, ""));
  return { day: day.slice(0, 2), month: month.slice(0, 2), year: year.slice(0, 4) };
}

export function joinTyped({ day, month, year }: TypedDate): string {
  return `${day}-${month}-${year}`;
}

/** `digit` typed into a part. One that is full begins anew: that is how a slip is mended. */
export function withDigit(date: TypedDate, part: DatePart, digit: string): TypedDate {
  const before = isFull(date, part) ? "" : date[part];
  return { ...date, [part]: before + digit };
}

/** Without the last digit of a part. */
export function withoutDigit(date: TypedDate, part: DatePart): TypedDate {
  return { ...date, [part]: date[part].slice(0, -1) };
}

/** Whether no further digit belongs to the part: a day that begins with 4 has one digit, a month that begins with 2 too. */
export function isFull(date: TypedDate, part: DatePart): boolean {
  const typed = date[part];
  if (typed.length >= LENGTH[part]) return true;
  if (part === "day") return Number(typed) > 3;
  return part === "month" && Number(typed) > 1;
}

/** Where one types after `part`; the same when it is the last. */
export function partAfter(part: DatePart): DatePart {
  return DATE_PARTS[DATE_PARTS.indexOf(part) + 1] ?? part;
}

export function partBefore(part: DatePart): DatePart {
  return DATE_PARTS[DATE_PARTS.indexOf(part) - 1] ?? part;
}
