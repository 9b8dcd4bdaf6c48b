import type { Clock } from "../../base/clock.ts";
import { pause } from "../../base/deadline.ts";
import { type CodedError, coded } from "../../base/registry/coded-error.ts";
import { err, ok, type Result } from "../../base/result.ts";

/** Looks again and again until `look` finds something or `gone` aborts. @param within milliseconds. */
export async function waitFor<T>(
  { clock, gone }: { readonly clock: Clock; readonly gone: AbortSignal },
  what: string,
  within: number,
  look: () => Promise<T | undefined>,
): Promise<Result<T, CodedError>> {
  const until = clock.monotonic() + within;
  while (clock.monotonic() < until && !gone.aborted) {
    const found = await look();
    if (found !== undefined) return ok(found);
    await pause(clock, 2_000, gone);
  }
  return err(coded("vm.no-answer", gone.aborted ? `${what}: the machine is off` : `${what}, ${within / 1000} s`));
}
