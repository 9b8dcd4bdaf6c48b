import { live } from "../api/live.ts";
import { Icon } from "../components/icon.tsx";
import { clockTime } from "../format/time.ts";
import { t } from "../texts/texts.ts";

/** Says honestly whether what is shown follows the server. */
export function LiveSign() {
  const { live: words } = t.value;
  const { value } = live;
  if (value.state === "reconnecting")
    return (
      <p class="live tone-warning" role="status" data-live="reconnecting">
        <Icon name="offline" />
        <span class="live__long">{words.reconnecting(clockTime(value.since))}</span>
        <span class="live__short" aria-hidden="true">
          {words.short}
        </span>
      </p>
    );
  return (
    <p class="live" role="status" data-live={value.state}>
      <span class="live__dot" aria-hidden="true" />
      {words[value.state]}
    </p>
  );
}
