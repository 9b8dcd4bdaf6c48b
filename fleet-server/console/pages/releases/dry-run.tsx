import { useState } from "preact/hooks";
import { kioskPageSchema } from "../../../api/contract/kiosks.ts";
import type { RolloutRow } from "../../../api/contract/releases.ts";
import { call } from "../../api/client.ts";
import { useResource } from "../../api/resource.ts";
import { Loading } from "../../components/page.tsx";
import { ProblemNote } from "../../components/problem-note.tsx";
import { releasesTexts } from "../../texts/releases-texts.ts";
import { t } from "../../texts/texts.ts";
import { fitting, RingProgress } from "./progress.tsx";

/** What a rollout would do: how many kiosks ring by ring, by which rules, and which ones. */
export function DryRun({ outcome }: { readonly outcome: RolloutRow }) {
  const words = releasesTexts.value;
  return (
    <ol class="rings">
      {outcome.rings.map((ring) => (
        <li key={ring.ring}>
          <h3>{words.dryRing(fitting(ring.counts), ring.ring)}</h3>
          <p class="soft">{words.dryRule(ring.success, ring.error)}</p>
          <RingProgress counts={ring.counts} />
          <RingKiosks ring={ring.ring} />
        </li>
      ))}
    </ol>
  );
}

function RingKiosks({ ring }: { readonly ring: string }) {
  const [open, setOpen] = useState(false);
  return (
    <details onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{releasesTexts.value.dryKiosks}</summary>
      {open && <Names ring={ring} />}
    </details>
  );
}

function Names({ ring }: { readonly ring: string }) {
  const list = useResource(
    ring,
    (signal) => call("kiosks", { query: { ring, sort: "place", limit: 200 }, answer: kioskPageSchema, signal }),
    () => false,
  );
  if (!list.data) return list.problem ? <ProblemNote problem={list.problem} retry={list.refresh} /> : <Loading />;
  const left = list.data.total - list.data.kiosks.length;
  return (
    <>
      {list.data.total === 0 && <p class="empty">{releasesTexts.value.dryNone}</p>}
      <ul class="names">
        {list.data.kiosks.map(({ id, place, release }) => (
          <li key={id}>
            {place} <span class="soft">{release}</span>
          </li>
        ))}
      </ul>
      {left > 0 && <a href={`/kiosks?ring=${encodeURIComponent(ring)}`}>{t.value.kiosks.total(list.data.total)}</a>}
    </>
  );
}
