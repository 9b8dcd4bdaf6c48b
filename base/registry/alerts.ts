import { DEVICES_ALERTS } from "./alerts/devices.ts";
import { SECURITY_ALERTS } from "./alerts/security.ts";
import { SERVICE_ALERTS } from "./alerts/service.ts";
import { SOFTWARE_ALERTS } from "./alerts/software.ts";
import type { Who } from "./entry.ts";

/** In the languages of the console. */
export type Words = { readonly es: string; readonly en: string };

export const ALERT_AXES = ["reachability", "service", "devices", "software", "security"] as const;
export type AlertAxis = (typeof ALERT_AXES)[number];

export const ALERT_SEVERITIES = ["info", "warning", "critical"] as const;
export type AlertSeverity = (typeof ALERT_SEVERITIES)[number];

export type AlertEntry = {
  readonly axis: AlertAxis;
  /** `critical`: no citizen can be served, or somebody may be harmed. `warning`: some cannot, or soon nobody can. */
  readonly severity: AlertSeverity;
  readonly who: Who;
  /** What is wrong, in few words. */
  readonly title: Words;
  /** What citizens see meanwhile. */
  readonly citizens: Words;
  /** What the one who must act does. */
  readonly action: Words;
};

/** Everything that a kiosk can be in trouble with. Rules in `fleet-server/alerts` say when; the console and the operator's document say what. */
export const ALERTS = {
  ...SERVICE_ALERTS,
  ...DEVICES_ALERTS,
  ...SOFTWARE_ALERTS,
  ...SECURITY_ALERTS,
} as const satisfies Record<string, AlertEntry>;

export type AlertCode = keyof typeof ALERTS;
