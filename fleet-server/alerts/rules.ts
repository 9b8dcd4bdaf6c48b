import { ALERTS, type AlertSeverity } from "../../base/registry/alerts.ts";
import { KIOSK_CONDITIONS, type KioskCondition } from "../api/contract/kiosks.ts";
import { withCauses } from "./causes.ts";
import type { Facts, Finding } from "./facts.ts";
import { devices, machine } from "./rules-devices.ts";
import { reachability, service } from "./rules-service.ts";
import { security, software } from "./rules-software.ts";

/** Every rule. What each finds is pure: the same facts give the same findings. */
const RULES: readonly ((facts: Facts) => Finding[])[] = [reachability, service, devices, machine, software, security];

/** What a kiosk that cannot be heard last said of itself may have changed: its alerts hide behind the silence. */
const HIDDEN_BY_SILENCE: ReadonlySet<string> = new Set(["service", "devices"]);

/** Everything that is wrong with a kiosk now. */
export function findings(facts: Facts): Finding[] {
  if (facts.retired) return [];
  const found = withCauses(
    facts,
    RULES.flatMap((rule) => rule(facts)),
  );
  if (!isSilent(facts)) return found;
  return found.filter(({ code }) => !HIDDEN_BY_SILENCE.has(ALERTS[code].axis));
}

/**
 * The one word that lists sort by. `planned`: closed on purpose, by staff or by the hours, which only trouble with the identity
 * outweighs.
 */
export function conditionOf(facts: Facts, found: readonly Finding[]): KioskCondition {
  if (facts.retired) return "retired";
  const planned =
    facts.service?.state === "maintenance" || (isSilent(facts) && !found.some(({ code }) => code === "silent"));
  const counts = planned ? found.filter(({ code }) => ALERTS[code].axis === "security") : found;
  const worst = (severity: AlertSeverity) => counts.some((finding) => severityOf(finding) === severity);
  if (worst("critical")) return "critical";
  if (worst("warning")) return "warning";
  if (facts.lastSeen === null) return "never-seen";
  return planned ? "planned" : "ok";
}

/** Worst first: what lists are sorted by. */
export function rankOf(condition: KioskCondition): number {
  return KIOSK_CONDITIONS.indexOf(condition);
}

export function severityOf({ code, severity }: Finding): AlertSeverity {
  return severity ?? ALERTS[code].severity;
}

function isSilent({ now, lastSeen, silentAfter }: Facts): boolean {
  return lastSeen !== null && now - lastSeen > silentAfter;
}
