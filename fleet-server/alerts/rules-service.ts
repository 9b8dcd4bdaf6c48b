import type { ServiceSection } from "../../base/contracts/fleet/state.ts";
import type { Facts, Finding } from "./facts.ts";
import { openFor } from "./opening-hours.ts";

/** Whether the kiosk can be heard. */
export function reachability(facts: Facts): Finding[] {
  const { now, lastSeen, enrolledAt, silentAfter } = facts;
  const since = lastSeen ?? enrolledAt;
  if (since === null || now - since <= silentAfter) return [];
  const open = openFor(facts.openingHours, facts.timeZone, now);
  // A kiosk that is switched off overnight gets the time to start in the morning.
  if (open === undefined || open <= silentAfter) return [];
  return [{ code: lastSeen === null ? "never-seen" : "silent", subject: "", detail: "", since }];
}

/** Whether citizens can be served. */
export function service({ service: section, now }: Facts): Finding[] {
  if (section === undefined || section.state === "maintenance") return [];
  if (section.state === "unknown") return [finding("runtime-silent")];
  const settling = section.closed.length > 0 && section.closed.every(({ kind }) => kind === "settling");
  return [
    ...(section.shells === 0 ? [finding("screen-dark")] : []),
    ...(section.gatewayReachable === false ? [finding("gateway-unreachable")] : institutions(section)),
    ...storage(section),
    ...waitingLong(section, now),
    ...(section.incidentsWaiting > 0 ? [finding("incidents-waiting", "", String(section.incidentsWaiting))] : []),
    ...(section.state === "out-of-service" && !settling
      ? [finding("out-of-service", "", reasons(obstaclesOf(section)))]
      : []),
    ...(section.state === "degraded" ? degraded(section) : []),
  ];
}

/** Milliseconds; a mobile venue of one day is nothing to be told of. */
const LONG = 24 * 3_600_000;

function waitingLong({ outbox }: ServiceSection, now: number): Finding[] {
  if (!outbox || outbox.oldestAt === null || now - outbox.oldestAt <= LONG) return [];
  return [{ ...finding("outbox-waiting", "", String(outbox.waiting)), since: outbox.oldestAt }];
}

function degraded({ services }: ServiceSection): Finding[] {
  return services
    .filter(({ available, obstacles }) => !available && obstacles.some(({ kind }) => kind !== "settling"))
    .map(({ id, obstacles }) => finding("degraded", id, reasons(obstacles)));
}

function obstaclesOf({ services, closed }: ServiceSection): ServiceSection["closed"] {
  return [...closed, ...services.flatMap((offered) => offered.obstacles)];
}

function institutions(section: ServiceSection): Finding[] {
  const away = obstaclesOf(section).flatMap((obstacle) =>
    obstacle.kind === "institution" ? [obstacle.institution] : [],
  );
  return [...new Set(away)].map((institution) => finding("institution-down", institution));
}

/** The disk below the journal, by what is wrong with it. */
function storage(section: ServiceSection): Finding[] {
  const faults = obstaclesOf(section).flatMap((obstacle) => (obstacle.kind === "storage" ? [obstacle.fault] : []));
  return faults.length === 0 ? [] : [finding("storage", "", [...new Set(faults)].join(", "))];
}

function reasons(obstacles: ServiceSection["closed"]): string {
  const words = obstacles.map((obstacle) => {
    if (obstacle.kind === "device") return obstacle.device;
    if (obstacle.kind === "institution") return obstacle.institution;
    return obstacle.kind === "mode" ? obstacle.mode : obstacle.kind;
  });
  return [...new Set(words)].join(", ");
}

function finding(code: Finding["code"], subject = "", detail = ""): Finding {
  return { code, subject, detail };
}
