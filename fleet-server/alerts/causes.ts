import type { Obstacle } from "../../base/contracts/runtime-control.ts";
import { ALERTS } from "../../base/registry/alerts.ts";
import type { Facts, Finding } from "./facts.ts";

/**
 * Says who must act when citizens cannot be served: whoever must see to the cause. A finding that is the whole kiosk's trouble is
 * critical itself, and the closed kiosk or service, when all that stands in its way has an alert of its own, waits for nobody.
 */
export function withCauses(facts: Facts, found: readonly Finding[]): Finding[] {
  const { service } = facts;
  if (service === undefined) return [...found];
  const causesOf = (obstacles: readonly Obstacle[]) =>
    obstacles.map((obstacle) => found.filter((finding) => isCause(facts, obstacle, finding)));
  const closed = found.some(({ code }) => code === "out-of-service");
  const everywhere = [...service.closed, ...service.services.flatMap(({ obstacles }) => obstacles)];
  const raised = new Set(closed ? causesOf(everywhere).flat() : []);
  return found.map((finding) => {
    if (raised.has(finding)) return { ...finding, severity: "critical" };
    if (finding.code !== "out-of-service" && finding.code !== "degraded") return finding;
    const offered = service.services.find(({ id }) => id === finding.subject);
    const causes = causesOf(finding.code === "degraded" ? (offered?.obstacles ?? []) : everywhere);
    const explained = causes.length > 0 && causes.every((each) => each.length > 0);
    return explained ? { ...finding, who: "none" } : finding;
  });
}

function isCause({ devices = [] }: Facts, obstacle: Obstacle, { code, subject, severity }: Finding): boolean {
  if (obstacle.kind === "institution")
    return code === "gateway-unreachable" || (code === "institution-down" && subject === obstacle.institution);
  if (obstacle.kind === "storage") return code === "storage";
  if ((severity ?? ALERTS[code].severity) === "info" || ALERTS[code].axis !== "devices") return false;
  if (obstacle.kind === "door")
    return devices.some(
      ({ device, conditions }) => device === subject && conditions.some((condition) => condition.code === "door-open"),
    );
  if (obstacle.kind === "power") return devices.some(({ device, kind }) => device === subject && kind === "ups");
  if (obstacle.kind !== "device") return false;
  return devices.some(
    ({ device, kind, link, readiness }) =>
      device === subject && kind === obstacle.device && (link === "absent" || readiness === "unavailable"),
  );
}
