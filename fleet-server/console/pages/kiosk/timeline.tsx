import { useState } from "preact/hooks";
import type { z } from "zod";
import { type timelineEntrySchema, timelineSchema } from "../../../api/contract/kiosks.ts";
import { call } from "../../api/client.ts";
import type { Problem } from "../../api/problem.ts";
import { aboutKiosk, useResource } from "../../api/resource.ts";
import { Icon, type IconName } from "../../components/icon.tsx";
import { ProblemNote } from "../../components/problem-note.tsx";
import { Section } from "../../components/section.tsx";
import { dayTime } from "../../format/time.ts";
import { kioskTexts } from "../../texts/kiosk-texts.ts";
import { t, wordFor } from "../../texts/texts.ts";
import { alertTitle } from "../../words/alert-words.ts";

type Entry = z.infer<typeof timelineEntrySchema>;

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
      query: { after, limit: 20 },
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
        {entries.map((entry) => (
          <Line key={entry.id} entry={entry} />
        ))}
      </ol>
      {after && (
        <button type="button" class="button button--small" onClick={() => void more()}>
          {words.older}
        </button>
      )}
    </Section>
  );
}

function Line({ entry }: { readonly entry: Entry }) {
  const words = kioskTexts.value;
  const { commandNames, commandStates, progress, deviceConditions } = t.value;
  const { kind, code, text } = entry;
  const title =
    kind === "alert" || kind === "cleared"
      ? (alertTitle(code) ?? code)
      : kind === "command"
        ? wordFor(commandNames, code)
        : kind === "update"
          ? wordFor(progress, code)
          : code;
  const [state = "", ...rest] = text.split(" ");
  const detail =
    kind === "command"
      ? [wordFor(commandStates, state), ...rest].join(" ")
      : kind === "alert"
        ? text
            .split(" ")
            .map((word) => wordFor(deviceConditions, word))
            .join(" ")
        : text;
  return (
    <li class={`timeline__entry timeline__entry--${kind}`}>
      <time dateTime={new Date(entry.at).toISOString()}>{dayTime(entry.at)}</time>
      <Icon name={ICONS[kind]} />
      <p>
        <span class="soft">{words.kinds[kind]}:</span> <strong>{title}</strong>
        {detail !== "" && <> · {detail}</>}
        {entry.actor && <span class="soft"> · {entry.actor}</span>}
      </p>
    </li>
  );
}
