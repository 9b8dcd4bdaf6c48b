import { useState } from "preact/hooks";
import { timelineSchema } from "../../../api/contract/kiosks.ts";
import { call } from "../../api/client.ts";
import type { Problem } from "../../api/problem.ts";
import { aboutKiosk, useResource } from "../../api/resource.ts";
import { Icon, type IconName } from "../../components/icon.tsx";
import { ProblemNote } from "../../components/problem-note.tsx";
import { Section } from "../../components/section.tsx";
import { dayTime, exact } from "../../format/time.ts";
import { kioskTexts } from "../../texts/kiosk-texts.ts";
import { t } from "../../texts/texts.ts";
import { type Burst, burstsOf, type Entry } from "./bursts.ts";
import { entryWords } from "./entry-words.ts";

const ICONS: Readonly<Record<Entry["kind"], IconName>> = {
  alert: "warning",
  cleared: "ok",
  event: "info",
  command: "send",
  update: "releases",
  audit: "person",
};

/** What happened, newest first. The newest page follows the server; older ones are added on request. */
export function Timeline({ kiosk }: { readonly kiosk: string }) {
  const load = (after: string | undefined, signal?: AbortSignal) =>
    call("timeline", {
      path: { kiosk },
      query: { after, limit: 40 },
      answer: timelineSchema,
      ...(signal && { signal }),
    });
  const newest = useResource(kiosk, (signal) => load(undefined, signal), aboutKiosk(kiosk));
  const [older, setOlder] = useState<readonly Entry[]>([]);
  const [next, setNext] = useState<string | null>();
  const [problem, setProblem] = useState<Problem>();
  const words = kioskTexts.value;

  const first = newest.data?.entries ?? [];
  const entries = [...new Map([...first, ...older].map((entry) => [entry.id, entry])).values()];
  const after = next === undefined ? newest.data?.next : next;
  const more = async () => {
    const page = await load(after ?? undefined);
    setProblem(page.ok ? undefined : page.error);
    if (!page.ok) return;
    setOlder([...older, ...page.value.entries]);
    setNext(page.value.next);
  };
  return (
    <Section title={words.timeline}>
      <ProblemNote problem={newest.problem ?? problem} retry={newest.refresh} staleSince={newest.at} />
      {newest.data && entries.length === 0 && <p class="empty">{words.noTimeline}</p>}
      <ol class="timeline">
        {burstsOf(entries).map((burst) =>
          burst.length === 1 ? <Line key={burst[0].id} entry={burst[0]} /> : <Folded key={burst[0].id} burst={burst} />,
        )}
      </ol>
      {after && (
        <button type="button" class="button button--small" onClick={() => void more()}>
          {words.older}
        </button>
      )}
    </Section>
  );
}

/** Kinds by how much they say of what happened, for the line that stands for several. */
const TELLING: readonly Entry["kind"][] = ["alert", "update", "command", "cleared", "audit", "event"];
const TOLD = 3;

function Folded({ burst }: { readonly burst: Burst }) {
  const best = burst.toSorted((a, b) => TELLING.indexOf(a.kind) - TELLING.indexOf(b.kind));
  const titles = [...new Set(best.map((entry) => entryWords(entry).title))];
  return (
    <li class="timeline__burst">
      <Time at={burst[0].at} />
      <Icon name={ICONS[best[0]?.kind ?? "event"]} />
      <details>
        <summary>
          <strong>{kioskTexts.value.events(burst.length)}</strong>: {titles.slice(0, TOLD).join(", ")}
          {titles.length > TOLD && "…"}
        </summary>
        <ol class="timeline">
          {burst.map((entry) => (
            <Line key={entry.id} entry={entry} />
          ))}
        </ol>
      </details>
    </li>
  );
}

function Time({ at }: { readonly at: number }) {
  return (
    <time dateTime={new Date(at).toISOString()} title={exact(at)}>
      {dayTime(at)}
    </time>
  );
}

function Line({ entry }: { readonly entry: Entry }) {
  const { kinds } = kioskTexts.value;
  const { title, detail, code, message } = entryWords(entry);
  return (
    <li class={`timeline__entry timeline__entry--${entry.kind}`}>
      <Time at={entry.at} />
      <Icon name={ICONS[entry.kind]} />
      <div>
        <span class="soft">{kinds[entry.kind]}:</span> <strong>{title}</strong>
        {detail !== "" && <> · {detail}</>}
        {entry.actor && <span class="soft"> · {entry.actor}</span>}
        {code !== undefined && message === undefined && code !== title && <code class="raw">{code}</code>}
        {message !== undefined && (
          <details class="technical">
            <summary>{t.value.technical}</summary>
            <code>{code}</code>
            <p lang="en">{message}</p>
          </details>
        )}
      </div>
    </li>
  );
}
