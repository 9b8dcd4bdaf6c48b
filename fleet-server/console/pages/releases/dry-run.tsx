import type { RolloutRow } from "../../../api/contract/releases.ts";
import { errorTitle } from "../../components/coded-words.tsx";
import { releasesTexts } from "../../texts/releases-texts.ts";
import { fitting, RingProgress } from "./progress.tsx";

type Planned = NonNullable<RolloutRow["kiosks"]>;

/** What a rollout would do: how many kiosks ring by ring, by which rules, which ones, and what would happen to each. */
export function DryRun({ outcome }: { readonly outcome: RolloutRow }) {
  const words = releasesTexts.value;
  const { rings, kiosks = [] } = outcome;
  const all = rings.flatMap(({ counts }) => Object.values(counts)).reduce((sum, count) => sum + count, 0);
  return (
    <>
      <ol class="rings">
        {rings.map(({ ring, counts, success, error }) => (
          <li key={ring}>
            <h3>{words.dryRing(fitting(counts), ring)}</h3>
            <p class="soft">{words.dryRule(success, error)}</p>
            <RingProgress counts={counts} />
            <Kiosks kiosks={kiosks.filter((kiosk) => kiosk.ring === ring)} version={outcome.version} />
          </li>
        ))}
      </ol>
      {all > kiosks.length && <p class="soft">{words.firstHundred}</p>}
    </>
  );
}

function Kiosks({ kiosks, version }: { readonly kiosks: Planned; readonly version: string }) {
  const words = releasesTexts.value;
  if (kiosks.length === 0) return <p class="empty">{words.dryNone}</p>;
  return (
    <details open={kiosks.length <= 5}>
      <summary>{words.dryKiosks}</summary>
      <ul class="names">
        {kiosks.map(({ kiosk, place, runs, code }) => (
          <li key={kiosk}>
            <a href={`/kiosks/${encodeURIComponent(kiosk)}`}>{place}</a>{" "}
            {code === null ? (
              <strong>{runs === null ? words.wouldGet : `${runs} → ${version}`}</strong>
            ) : (
              <span class="soft">
                {runs === null ? errorTitle(code) : `${words.runsNow(runs)}. ${errorTitle(code)}`}
              </span>
            )}
          </li>
        ))}
      </ul>
    </details>
  );
}
