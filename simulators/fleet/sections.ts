import type { StateSections } from "../../base/contracts/fleet/state.ts";

const DAY = 86_400_000;

type Sections = { readonly [name in keyof StateSections]-?: NonNullable<StateSections[name]> };
type Device = Sections["devices"][number];

/** What a kiosk with a terminal, a printer and a scanner reports of itself when everything is well. */
export function healthySections(now: number, release = "0.1.0"): Sections {
  return {
    service: {
      ...{
        state: "in-service",
        mode: "in-service",
        closed: [],
        shells: 1,
        gatewayReachable: true,
        incidentsWaiting: 0,
      },
      services: ["fonasa/bono-atencion", "srcei/certificado-nacimiento", "isl/licencia-estado"].map((id) => ({
        ...{ id, version: "built-in", available: true, obstacles: [] },
      })),
    },
    devices: [
      device("terminal", "payment-terminal", "transbank-autoservicio"),
      device("printer", "receipt-printer", "custom-vkp80"),
      device("scanner", "code-reader", "serial-scanner"),
    ],
    software: { release, slot: "a", packages: {}, update: { state: "idle" }, metadataExpires: now + DAY },
    security: { certificateExpires: now + 60 * DAY, clockOffset: 0, mutualTls: true },
    machine: {
      ...{ agent: release, bootedAt: now - DAY, os: "Debian GNU/Linux 13", platform: "linux-x64" },
      ...{ diskFreePercent: 60, memoryFreePercent: 40, temperature: 45, memory: { runtime: 100, agent: 70 } },
    },
  };
}

function device(name: string, kind: Device["kind"], model: string): Device {
  return {
    ...{ device: name, kind, model, link: "connected", readiness: "ready", conditions: [], provisional: false },
    consumables: kind === "receipt-printer" ? [{ name: "paper", level: "ok" }] : [],
  };
}

/** The devices with the printer out of paper since `since`, or well again. */
export function devicesWithPaper(now: number, paper: boolean): Device[] {
  return healthySections(now).devices.map((each): Device => {
    if (paper || each.kind !== "receipt-printer") return each;
    const condition = { code: "paper-end", severity: "fault", who: "attendant", since: now } as const;
    return {
      ...each,
      readiness: "unavailable",
      conditions: [condition],
      consumables: [{ name: "paper", level: "empty" }],
    };
  });
}
