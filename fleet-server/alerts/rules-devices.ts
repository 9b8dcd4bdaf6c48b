import type { DeviceKind } from "../../base/contracts/device-status.ts";
import type { DevicesSection } from "../../base/contracts/fleet/state.ts";
import type { AlertCode } from "../../base/registry/alerts.ts";
import type { Facts, Finding } from "./facts.ts";

type DeviceReport = DevicesSection[number];
type Condition = DeviceReport["conditions"][number];

/** Conditions that have an alert of their own, by kind of device. */
const NAMED: { readonly [kind in DeviceKind]?: { readonly [condition: string]: AlertCode } } = {
  "receipt-printer": {
    "paper-end": "printer-paper-empty",
    "paper-near-end": "printer-paper-low",
    "paper-jam": "printer-paper-jam",
    "cover-open": "printer-cover-open",
  },
};
const FAULT: { readonly [kind in DeviceKind]: AlertCode } = {
  "receipt-printer": "printer-fault",
  "payment-terminal": "terminal-fault",
  "code-reader": "reader-fault",
  "chip-card-reader": "chip-reader-fault",
  "page-printer": "page-printer-fault",
  "fingerprint-reader": "fingerprint-reader-fault",
  "document-scanner": "document-scanner-fault",
  keypad: "keypad-fault",
  "io-board": "io-board-fault",
  ups: "ups-fault",
};
/** A `since` of the kiosk's clock is believed when it is not in the future and not older than this. */
const BELIEVED = 30 * 24 * 3_600_000;

/** What is the matter with the devices and what runs out in them. */
export function devices(facts: Facts): Finding[] {
  const findings = (facts.devices ?? []).flatMap((device) => ofDevice(device, facts.now));
  // Several conditions can be one alert: they share its detail, and the worst says who acts.
  const joined = new Map<string, Finding>();
  for (const finding of findings) {
    const key = `${finding.code} ${finding.subject}`;
    const before = joined.get(key);
    joined.set(key, before === undefined ? finding : join(before, finding));
  }
  return [...joined.values()];
}

function join(a: Finding, b: Finding): Finding {
  const detail = [...new Set([...a.detail.split(", "), ...b.detail.split(", ")])]
    .filter((word) => word !== "")
    .join(", ");
  const since = Math.min(a.since ?? Number.POSITIVE_INFINITY, b.since ?? Number.POSITIVE_INFINITY);
  return { ...b, ...a, detail, ...(Number.isFinite(since) ? { since } : {}) };
}

function ofDevice(device: DeviceReport, now: number): Finding[] {
  if (device.link === "absent") return [{ code: "device-absent", subject: device.device, detail: device.kind }];
  return [
    ...device.conditions.map((condition) => ofCondition(device, condition, now)),
    ...device.consumables.flatMap((consumable) => ofConsumable(device, consumable)),
  ];
}

function ofCondition({ device, kind }: DeviceReport, condition: Condition, now: number): Finding {
  const { code, severity, who, since } = condition;
  return {
    code: NAMED[kind]?.[code] ?? generic(kind, severity),
    ...{ subject: device, detail: code, who },
    severity: severity === "info" ? "info" : "warning",
    ...(since <= now && since > now - BELIEVED ? { since } : {}),
  };
}

function generic(kind: DeviceKind, severity: Condition["severity"]): AlertCode {
  if (severity === "fault") return FAULT[kind];
  return severity === "warning" ? "device-warning" : "device-notice";
}

function ofConsumable(device: DeviceReport, { name, level, percent }: DeviceReport["consumables"][number]): Finding[] {
  if (level !== "low" && level !== "empty") return [];
  const paper = device.kind === "receipt-printer" && name === "paper";
  const empty = level === "empty";
  // An empty roll that a condition already tells of is one trouble, not two.
  if (paper && device.conditions.some(({ code }) => code === (empty ? "paper-end" : "paper-near-end"))) return [];
  const code = paper ? (`printer-paper-${level}` as const) : empty ? "consumable-empty" : "consumable-low";
  return [
    {
      code,
      subject: paper ? device.device : `${device.device}/${name}`,
      detail: percent === undefined ? name : `${name} ${percent} %`,
    },
  ];
}

const LIMITS = { diskFreePercent: 10, memoryFreePercent: 8, temperature: 80 };

/** The machine itself. */
export function machine({ machine: section }: Facts): Finding[] {
  if (section === undefined) return [];
  const { diskFreePercent, memoryFreePercent, temperature } = section;
  const found = (code: AlertCode, detail: string): Finding => ({ code, subject: "", detail });
  return [
    ...(diskFreePercent < LIMITS.diskFreePercent ? [found("disk-full", `${diskFreePercent} %`)] : []),
    ...(memoryFreePercent < LIMITS.memoryFreePercent ? [found("memory-low", `${memoryFreePercent} %`)] : []),
    ...(temperature !== null && temperature >= LIMITS.temperature ? [found("too-hot", `${temperature} °C`)] : []),
  ];
}
