import type { Device } from "../device.ts";
import type { CliContext, CliOutcome } from "./kind.ts";

/** What the command `reset`, the same for every kind, says of itself. */
export const RESET_SUMMARY =
  "close the line and open it anew, send the model's own reset, and ask whether the device is well";

/** @param device started. */
export async function resetDevice(device: Device, { signal }: CliContext): Promise<CliOutcome> {
  const outcome = await device.reset({ signal });
  const result = { ...device.status.value };
  return outcome.outcome === "ok" ? { outcome: "ok", result } : { ...outcome, result };
}
