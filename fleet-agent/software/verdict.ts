import type { RuntimeStatus } from "../../base/contracts/runtime-control.ts";
import type { ErrorCode } from "../../base/registry/errors.ts";
import type { Held } from "./journal.ts";

export type Fault = { readonly code: ErrorCode; readonly detail: string };
export type ObservedRuntime = Pick<
  RuntimeStatus,
  "version" | "boot" | "mode" | "serving" | "shells" | "devices" | "services"
>;

/** What the kiosk is like now, to be compared with after an update. */
export function observe(runtime: ObservedRuntime | undefined): Held {
  return {
    mode: runtime?.mode ?? null,
    restored: false,
    shells: runtime?.shells ?? 0,
    devices: Object.fromEntries(
      (runtime?.devices ?? []).map(({ device, link, readiness }) => [
        device,
        { connected: link === "connected", able: readiness !== "unavailable" },
      ]),
    ),
  };
}

/** What speaks against a release on trial; `undefined` when it does all that the one before did. */
export function faultOf(version: string, runtime: ObservedRuntime | undefined, before: Held | null): Fault | undefined {
  if (runtime === undefined) return { code: "software.runtime-silent", detail: version };
  if (runtime.version !== version)
    return { code: "software.wrong-version", detail: `the runtime says ${runtime.version}, not ${version}` };
  if (before === null) return undefined;
  if (before.shells > 0 && runtime.shells === 0) return { code: "software.no-screen", detail: version };
  for (const [device, was] of Object.entries(before.devices)) {
    const now = runtime.devices.find((status) => status.device === device);
    const worse =
      (was.connected && now?.link !== "connected") ||
      (was.able && (now === undefined || now.readiness === "unavailable"));
    if (worse) return { code: "software.device-worse", detail: device };
  }
  return undefined;
}

/** The mode to ask for, so that the kiosk is again as staff left it; `undefined` when there is nothing to ask for. */
export function modeToRestore(held: Held, now: RuntimeStatus["mode"]): RuntimeStatus["mode"] | undefined {
  if (held.mode === null || held.mode === now) return undefined;
  // Maintenance was asked for by somebody meanwhile: it is not for an update to end it.
  if (held.mode === "in-service" && now === "maintenance") return undefined;
  return held.mode;
}
