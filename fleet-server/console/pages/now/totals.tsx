import { KIOSK_CONDITIONS, type NowPage } from "../../../api/contract/kiosks.ts";
import { Icon } from "../../components/icon.tsx";
import { toneOf } from "../../components/state.tsx";
import { number } from "../../format/time.ts";
import { t } from "../../texts/texts.ts";

/** How many kiosks are in each condition; every figure leads to those kiosks. Retired ones are no news. */
export function Totals({ totals }: { readonly totals: NowPage["totals"] }) {
  return (
    <ul class="totals" aria-label={t.value.now.totals}>
      {KIOSK_CONDITIONS.filter((condition) => condition !== "retired").map((condition) => {
        const count = totals[condition];
        return (
          <li key={condition}>
            <a
              class={`total tone-${count === 0 ? "quiet" : toneOf(condition)}`}
              href={`/kiosks?condition=${condition}`}
            >
              <Icon name={condition} />
              <strong>{number(count)}</strong>
              <span>{t.value.conditions[condition]}</span>
            </a>
          </li>
        );
      })}
    </ul>
  );
}
