import type { Clock } from "../../base/clock.ts";
import { pause } from "../../base/deadline.ts";
import { type CodedError, coded } from "../../base/registry/coded-error.ts";
import { err, ok, type Result } from "../../base/result.ts";

/** Looks again and again until `look` finds something. @param within milliseconds. */
export async function waitFor<T>(
  clock: Clock,
  what: string,
  within: number,
  look: () => Promise<T | undefined>,
): Promise<Result<T, CodedError>> {
  const until = clock.monotonic() + within;
  while (clock.monotonic() < until) {
    const found = await look();
    if (found !== undefined) return ok(found);
    await pause(clock, 2_000);
  }
  return err(coded("vm.no-answer", `${what}, ${within / 1000} s`));
}
