import type { Condition } from "../base/contracts/device-status.ts";
import type { Logger } from "../base/log.ts";

/** What a condition of a kind means: everything but the time since when it holds. */
export type ConditionMeanings<C extends string> = { readonly [code in C]: Pick<Condition, "severity" | "who"> };

/** The conditions of `codes`; one that held before keeps its `since`. @param now milliseconds since the Unix epoch. */
export function conditionsFor<C extends string>(
  meanings: ConditionMeanings<C>,
  codes: readonly C[],
  before: readonly Condition[],
  now: number,
): (Condition & { readonly code: C })[] {
  return codes.map((code) => ({
    code,
    ...meanings[code],
    since: before.find((earlier) => earlier.code === code)?.since ?? now,
  }));
}

/** Tells the log which conditions began and which ended. */
export function logConditionChanges(
  log: Logger,
  device: string,
  before: readonly Condition[],
  after: readonly Condition[],
): void {
  const missing = (list: readonly Condition[], code: string) => list.every((other) => other.code !== code);
  const tell = ({ code, who }: Condition, began: boolean) =>
    log("device.condition", { device, condition: code, began, who });
  for (const condition of after) if (missing(before, condition.code)) tell(condition, true);
  for (const condition of before) if (missing(after, condition.code)) tell(condition, false);
}
