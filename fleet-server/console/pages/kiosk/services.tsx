import type { ServiceSection } from "../../../../base/contracts/fleet/state.ts";
import type { Obstacle } from "../../../../base/contracts/runtime-control.ts";
import { Section } from "../../components/section.tsx";
import { Badge } from "../../components/state.tsx";
import { kioskTexts } from "../../texts/kiosk-texts.ts";
import { t, wordFor } from "../../texts/texts.ts";

/** Why something cannot serve, in words. */
function obstacleWords(obstacle: Obstacle): string {
  const { obstacles, deviceKinds, modes } = t.value;
  switch (obstacle.kind) {
    case "device":
      return obstacles.device(wordFor(deviceKinds, obstacle.device).toLowerCase());
    case "institution":
      return obstacles.institution(obstacle.institution.toUpperCase());
    case "outbox":
      return obstacles.outbox;
    case "door":
      return obstacles.door;
    case "power":
      return obstacles.power;
    case "storage":
      return obstacles.storage;
    case "settling":
      return obstacles.settling;
    case "mode":
      return obstacles.mode(modes[obstacle.mode]);
  }
}

export function Services({ service }: { readonly service: ServiceSection | null }) {
  if (!service) return null;
  const words = kioskTexts.value;
  const { serviceStates } = t.value;
  return (
    <Section title={words.services} aside={<span class="soft">{serviceStates[service.state]}</span>}>
      {service.closed.length > 0 && <p>{service.closed.map(obstacleWords).join(". ")}.</p>}
      <ul class="rows">
        {service.services.map(({ id, version, available, obstacles }) => (
          <li key={id}>
            <span class="rows__main">
              <strong>{id}</strong>
              <span class="soft">{version === "built-in" ? words.builtIn : version}</span>
            </span>
            <span class="rows__end">
              {obstacles.length > 0 && <span>{obstacles.map(obstacleWords).join(". ")}</span>}
              <Badge tone={available ? "ok" : "critical"} icon={available ? "ok" : "critical"}>
                {available ? words.available : words.unavailable}
              </Badge>
            </span>
          </li>
        ))}
      </ul>
      <p class="soft facts-line">
        {[
          words.shells(service.shells),
          service.gatewayReachable === null ? "" : words.gateway[service.gatewayReachable ? "yes" : "no"],
          service.outbox && service.outbox.waiting > 0 ? words.outboxWaiting(service.outbox.waiting) : "",
          service.incidentsWaiting > 0 ? words.incidents(service.incidentsWaiting) : "",
        ]
          .filter((part) => part !== "")
          .join(" · ")}
      </p>
    </Section>
  );
}
