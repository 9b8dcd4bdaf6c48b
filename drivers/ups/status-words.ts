import type { PowerSource, PowerState, UpsConditionCode } from "./interface.ts";

/** What the words of `ups.status` mean as conditions (RFC 9271, section 5.1, and NUT's developer guide, "Status data"). */
const CONDITION_OF: ReadonlyMap<string, UpsConditionCode> = new Map([
  ["OB", "on-battery"],
  ["LB", "battery-low"],
  ["FSD", "forced-shutdown"],
  ["RB", "replace-battery"],
  ["BYPASS", "bypass"],
  ["OVER", "overload"],
  ["OFF", "output-off"],
  ["ALARM", "alarm"],
  ["CAL", "calibrating"],
]);

export type UpsReading = {
  readonly source: Exclude<PowerSource, "unknown">;
  readonly conditions: readonly UpsConditionCode[];
} & Pick<PowerState, "low" | "shutdown" | "charge" | "runtime">;

/**
 * What the variables of a UPS say; `undefined` while its driver has not looked at it yet (no status, or `WAIT`). Words that are not known
 * are left out: drivers add new ones.
 */
export function readVariables(variables: ReadonlyMap<string, string>): UpsReading | undefined {
  const words = (variables.get("ups.status") ?? "").split(/\s+/);
  const source = sourceOf(words);
  if (source === undefined) return undefined;
  const charge = numberOf(variables.get("battery.charge"), 100);
  const runtime = numberOf(variables.get("battery.runtime"), Number.MAX_SAFE_INTEGER);
  return {
    source,
    low: words.includes("LB"),
    shutdown: words.includes("FSD"),
    ...(charge === undefined ? {} : { charge }),
    ...(runtime === undefined ? {} : { runtime }),
    conditions: [...new Set(words.flatMap((word) => CONDITION_OF.get(word) ?? []))],
  };
}

/** The worse of two contradicting words counts. */
function sourceOf(words: readonly string[]): UpsReading["source"] | undefined {
  if (words.includes("OFF")) return "off";
  if (words.includes("OB")) return "battery";
  if (words.includes("BYPASS")) return "bypass";
  return words.includes("OL") ? "mains" : undefined;
}

function numberOf(text: string | undefined, max: number): number | undefined {
  if (text === undefined || !/^\d{1,12}(?:\.\d{1,6})?$/.test(text)) return undefined;
  const value = Number(text);
  return value <= max ? value : undefined;
}
