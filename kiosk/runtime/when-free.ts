import type { DeviceStatus } from "../../base/contracts/device-status.ts";
import type { Observable } from "../../base/observable.ts";
import { ok, type Result } from "../../base/result.ts";

/** Waits until a device has let go of what it was doing: work that was given up holds it until then. Ends at `signal` too. */
export async function whenFree(
  { status }: { readonly status: Observable<DeviceStatus> },
  signal: AbortSignal,
): Promise<Result<void, never>> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const look = () => {
    if (status.value.readiness !== "busy" || signal.aborted) resolve();
  };
  const unsubscribe = status.subscribe(look);
  signal.addEventListener("abort", look, { once: true });
  look();
  await promise;
  signal.removeEventListener("abort", look);
  unsubscribe();
  return ok();
}
