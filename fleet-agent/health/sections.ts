import type { DeviceStatus } from "../../base/contracts/device-status.ts";
import type { DevicesSection, ServiceSection } from "../../base/contracts/fleet/state.ts";
import type { RuntimeStatus } from "../../base/contracts/runtime-control.ts";

/** Whether a citizen can finish a procedure here now, from what the runtime says; `undefined` when it says nothing. */
export function serviceSection(status: RuntimeStatus | undefined): ServiceSection {
  if (status === undefined) {
    return {
      state: "unknown",
      mode: null,
      closed: [],
      services: [],
      shells: 0,
      gatewayReachable: null,
      incidentsWaiting: 0,
    };
  }
  const { mode, closed, services, shells, gatewayReachable, incidentsWaiting, outbox } = status;
  return {
    ...{ state: serviceState(status), mode, closed, services, shells, gatewayReachable, incidentsWaiting },
    ...(outbox === undefined ? {} : { outbox }),
  };
}

function serviceState({ mode, closed, services }: RuntimeStatus): ServiceSection["state"] {
  if (mode !== "in-service") return "maintenance";
  const available = closed.length > 0 ? 0 : services.filter((service) => service.available).length;
  if (available === 0) return "out-of-service";
  return available === services.length ? "in-service" : "degraded";
}

/** The devices with what runs out in them, in the order of the kiosk's configuration. */
export function devicesSection(status: RuntimeStatus): DevicesSection {
  return status.devices.map((device) => ({ ...device, consumables: consumables(device) }));
}

/** Conditions of the printers (`drivers/receipt-printer/interface.ts`) under which their paper sensors say nothing. */
const MUTE = ["not-answering", "offline"];

function consumables({ kind, link, conditions }: DeviceStatus): DevicesSection[number]["consumables"] {
  if (kind !== "receipt-printer") return [];
  const codes = new Set(conditions.map((condition) => condition.code));
  const level = () => {
    if (codes.has("paper-end")) return "empty";
    if (codes.has("paper-near-end")) return "low";
    return link !== "connected" || MUTE.some((code) => codes.has(code)) ? "unknown" : "ok";
  };
  return [{ name: "paper", level: level() }];
}
