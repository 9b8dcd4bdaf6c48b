import { KIOSK_PROGRESS, type RolloutRow, type RolloutState } from "../../../api/contract/releases.ts";
import type { IconName } from "../../components/icon.tsx";
import { Badge, type Tone } from "../../components/state.tsx";
import { number } from "../../format/time.ts";
import { releasesTexts } from "../../texts/releases-texts.ts";
import { t } from "../../texts/texts.ts";

type Counts = RolloutRow["rings"][number]["counts"];

const LOOKS: Readonly<Record<RolloutState, readonly [Tone, IconName]>> = {
  running: ["info", "now"],
  paused: ["quiet", "planned"],
  halted: ["critical", "critical"],
  finished: ["ok", "ok"],
  cancelled: ["quiet", "retired"],
};

export function RolloutBadge({ state }: { readonly state: RolloutState }) {
  const [tone, icon] = LOOKS[state];
  return (
    <Badge tone={tone} icon={icon}>
      {t.value.rolloutStates[state]}
    </Badge>
  );
}

/** Kiosks that the target fits: those that it does not fit are no part of any share. */
export function fitting(counts: Counts): number {
  return KIOSK_PROGRESS.reduce((sum, progress) => sum + (progress === "not-fitting" ? 0 : counts[progress]), 0);
}

export function summaryOf({ rings }: RolloutRow): string {
  const done = rings.reduce((sum, { counts }) => sum + counts.succeeded, 0);
  const total = rings.reduce((sum, { counts }) => sum + fitting(counts), 0);
  return releasesTexts.value.progressOf(done, total);
}

/** In the order of the bar. */
const PARTS = ["succeeded", "working", "told", "silent", "failed", "waiting"] as const;

/** How far a ring is: a bar, and the same in words. */
export function RingProgress({ counts }: { readonly counts: Counts }) {
  const { progress } = t.value;
  const { ofOne } = releasesTexts.value;
  const total = Math.max(1, fitting(counts));
  let start = 0;
  const bars = PARTS.map((part) => {
    const bar = { part, x: (start / total) * 100, width: (counts[part] / total) * 100 };
    start += counts[part];
    return bar;
  });
  const told = [...PARTS, "not-fitting" as const].filter((part) => counts[part] > 0);
  return (
    <div class="ring-progress">
      <svg viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true" focusable="false">
        <rect class="ring-progress__rail" width="100" height="8" />
        {bars.map(({ part, x, width }) => (
          <rect key={part} class={`ring-progress__${part}`} x={x} width={width} height="8" />
        ))}
      </svg>
      <ul class="ring-progress__words">
        {told.map((part) => (
          <li key={part}>
            <span class={`swatch swatch--${part}`} aria-hidden="true" />
            <strong>{number(counts[part])}</strong> {counts[part] === 1 ? ofOne[part] : progress[part]}
          </li>
        ))}
      </ul>
    </div>
  );
}
