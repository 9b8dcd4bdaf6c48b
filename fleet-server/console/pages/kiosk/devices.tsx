import type { DevicesSection } from "../../../../base/contracts/fleet/state.ts";
import { Icon, type IconName } from "../../components/icon.tsx";
import { Section } from "../../components/section.tsx";
import { Since } from "../../components/since.tsx";
import { Badge, type Tone } from "../../components/state.tsx";
import { number } from "../../format/time.ts";
import { kioskTexts } from "../../texts/kiosk-texts.ts";
import { t, wordFor } from "../../texts/texts.ts";
import { DevicePicture } from "./pictograms.tsx";

type Device = DevicesSection[number];
type Consumable = Device["consumables"][number];

export function Devices({ devices }: { readonly devices: DevicesSection | null }) {
  const words = kioskTexts.value;
  return (
    <Section title={words.devices}>
      {!devices || devices.length === 0 ? (
        <p class="empty">{words.noDevices}</p>
      ) : (
        <ul class="devices">
          {devices.map((device) => (
            <DeviceCard key={device.device} device={device} />
          ))}
        </ul>
      )}
    </Section>
  );
}

/** Worst of link, readiness and conditions. */
function judge({ link, readiness, conditions }: Device): readonly [Tone, IconName] {
  if (link === "absent" || readiness === "unavailable" || conditions.some(({ severity }) => severity === "fault"))
    return ["critical", "critical"];
  if (link === "connecting" || conditions.some(({ severity }) => severity === "warning")) return ["warning", "warning"];
  return ["ok", "ok"];
}

function DeviceCard({ device }: { readonly device: Device }) {
  const words = kioskTexts.value;
  const { deviceKinds, links, readiness, deviceConditions, who } = t.value;
  const [tone, icon] = judge(device);
  return (
    <li class={`device tone-${tone}`} data-device={device.device}>
      <DevicePicture kind={device.kind} />
      <div class="device__words">
        <h3>{deviceKinds[device.kind]}</h3>
        <p class="soft">
          {device.model} · {device.device}
        </p>
        <Badge tone={tone} icon={icon}>
          {device.link === "connected" ? readiness[device.readiness] : links[device.link]}
        </Badge>
        {device.provisional && <p class="soft">{words.provisional}</p>}
        {device.conditions.map((condition) => (
          <p key={condition.code} class="device__condition">
            <Icon name={condition.severity === "fault" ? "critical" : condition.severity} />
            <span>
              <strong>{wordFor(deviceConditions, condition.code)}</strong>, <Since at={condition.since} />
              {condition.who !== "none" && <> · {who[condition.who]}</>}
            </span>
          </p>
        ))}
        {device.consumables.map((consumable) => (
          <Level key={consumable.name} consumable={consumable} />
        ))}
      </div>
    </li>
  );
}

const LEVEL_TONES: Readonly<Record<Consumable["level"], Tone>> = {
  ok: "ok",
  low: "warning",
  empty: "critical",
  unknown: "quiet",
};
/** Where a device tells no figure, the bar shows the level's place. */
const SHARE: Readonly<Record<Consumable["level"], number>> = { ok: 100, low: 20, empty: 0, unknown: 0 };

function Level({ consumable }: { readonly consumable: Consumable }) {
  const { levels, consumables } = t.value;
  const { level, percent = SHARE[level] } = consumable;
  const figure = consumable.percent === undefined ? "" : ` (${number(consumable.percent)} %)`;
  return (
    <div class={`level tone-${LEVEL_TONES[level]}`}>
      <p>
        {wordFor(consumables, consumable.name)}: <strong>{levels[level]}</strong>
        {figure}
      </p>
      <svg viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true" focusable="false">
        <rect class="level__rail" width="100" height="6" />
        <rect class="level__fill" width={percent} height="6" />
      </svg>
    </div>
  );
}
