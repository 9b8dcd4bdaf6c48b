/** A wall-clock time of a zone, ISO 8601 without offset, to milliseconds since the Unix epoch. */
export function epoch(local: string, timeZone: string): number {
  const asUtc = Date.parse(`${local}Z`);
  const offsetAt = (instant: number) => Date.parse(`${wallClock(instant, timeZone)}Z`) - instant;
  // The offset at the first guess may differ from the one that holds, around a change of summer time.
  return asUtc - offsetAt(asUtc - offsetAt(asUtc));
}

/** An instant as the clocks of a zone show it, ISO 8601 without offset, whole seconds. */
export function wallClock(instant: number, timeZone: string): string {
  // Swedish writes dates in ISO order.
  return new Intl.DateTimeFormat("sv-SE", { timeZone, dateStyle: "short", timeStyle: "medium" })
    .format(Math.floor(instant / 1000) * 1000)
    .replace(" ", "T");
}
