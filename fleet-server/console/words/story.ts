import type { Who } from "../../../base/registry/entry.ts";
import type { Alert } from "../../api/contract/kiosks.ts";

/** What follows from something else that stands beside it. */
const CONSEQUENCES: readonly string[] = ["out-of-service", "degraded"];
/** Of the service axis, what may be why. */
const CAUSES: readonly string[] = ["runtime-silent", "gateway-unreachable", "institution-down"];

/** What is said of a kiosk: the alert that leads, and the one that tells why and who can do something about it. */
export type Story = { readonly lead: Alert; readonly cause: Alert | undefined };

/**
 * The worst alert leads; where it only follows from another, that one is told with it. With `who` it is the worst that waits for
 * them. `alerts` are worst first.
 */
export function storyOf(alerts: readonly Alert[], who?: Who): Story | undefined {
  const lead = alerts.find((alert) => who === undefined || alert.who === who);
  if (lead === undefined) return undefined;
  if (who !== undefined || !CONSEQUENCES.includes(lead.code)) return { lead, cause: undefined };
  const cause = alerts.find(
    ({ code, axis, severity }) => CAUSES.includes(code) || (axis === "devices" && severity !== "info"),
  );
  return { lead, cause };
}
