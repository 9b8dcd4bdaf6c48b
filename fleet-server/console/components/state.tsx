import type { KioskCondition } from "../../api/contract/kiosks.ts";
import { t } from "../texts/texts.ts";
import { Icon, type IconName } from "./icon.tsx";

/** How a state is coloured; the pictogram and the word tell the same. */
export type Tone = "critical" | "warning" | "info" | "ok" | "quiet";

const TONES: Readonly<Record<KioskCondition, Tone>> = {
  critical: "critical",
  warning: "warning",
  planned: "info",
  ok: "ok",
  "never-seen": "quiet",
  retired: "quiet",
};

export function Badge({
  tone,
  icon,
  children,
}: {
  readonly tone: Tone;
  readonly icon: IconName;
  readonly children: string;
}) {
  return (
    <span class={`badge tone-${tone}`}>
      <Icon name={icon} />
      {children}
    </span>
  );
}

export function ConditionBadge({ condition }: { readonly condition: KioskCondition }) {
  return (
    <Badge tone={TONES[condition]} icon={condition}>
      {t.value.conditions[condition]}
    </Badge>
  );
}

export function toneOf(condition: KioskCondition): Tone {
  return TONES[condition];
}
