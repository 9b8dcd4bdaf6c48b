import { useState } from "preact/hooks";
import { auditPageSchema } from "../../../api/contract/access.ts";
import { call } from "../../api/client.ts";
import type { Problem } from "../../api/problem.ts";
import { useResource } from "../../api/resource.ts";
import { Icon } from "../../components/icon.tsx";
import { Loading, Page } from "../../components/page.tsx";
import { ProblemNote } from "../../components/problem-note.tsx";
import { Pairs } from "../../components/section.tsx";
import { dayTime, exact } from "../../format/time.ts";
import { adminTexts } from "../../texts/admin-texts.ts";
import { technicalTexts } from "../../texts/technical-texts.ts";
import { wordFor } from "../../texts/texts.ts";
import { addressOf, detailsOf, type Entry } from "./details.ts";
import "./audit.css";

/** The append-only trail, newest first, and whether its chain holds. */
export function AuditPage() {
  const load = (query: Readonly<Record<string, string | number | undefined>>, signal?: AbortSignal) =>
    call("audit", { query, answer: auditPageSchema, ...(signal && { signal }) });
  const newest = useResource(
    "audit",
    (signal) => load({}, signal),
    () => false,
  );
  const [older, setOlder] = useState<readonly Entry[]>([]);
  const [next, setNext] = useState<string | null>();
  const [problem, setProblem] = useState<Problem>();
  const [verdict, setVerdict] = useState<{ broken: number | null }>();
  const { audit: words } = adminTexts.value;

  const after = next === undefined ? newest.data?.next : next;
  const more = async () => {
    const page = await load({ after: after ?? undefined });
    setProblem(page.ok ? undefined : page.error);
    if (!page.ok) return;
    setOlder([...older, ...page.value.entries]);
    setNext(page.value.next);
  };
  const verify = async () => {
    const page = await load({ verify: 1, limit: 1 });
    setProblem(page.ok ? undefined : page.error);
    if (page.ok) setVerdict({ broken: page.value.broken });
  };
  const entries = [...(newest.data?.entries ?? []), ...older];
  return (
    <Page
      title={words.title}
      lead={words.lead}
      actions={
        <button type="button" class="button button--main" onClick={() => void verify()}>
          <Icon name="shield" />
          {words.verify}
        </button>
      }
    >
      <ProblemNote problem={problem ?? newest.problem} retry={newest.refresh} staleSince={newest.at} />
      <div role="status">
        {verdict && (
          <p class={`note tone-${verdict.broken === null ? "ok" : "critical"}`}>
            <Icon name={verdict.broken === null ? "ok" : "critical"} />
            {verdict.broken === null ? words.intact : words.broken(verdict.broken)}
          </p>
        )}
      </div>
      {!newest.data && !newest.problem && <Loading />}
      {entries.length > 0 && <Entries entries={entries} />}
      {after && (
        <p class="form__ways">
          <button type="button" class="button" onClick={() => void more()}>
            {words.older}
          </button>
        </p>
      )}
    </Page>
  );
}

function Entries({ entries }: { readonly entries: readonly Entry[] }) {
  return (
    <ol class="trail card">
      {entries.map((entry) => (
        <Line key={entry.number} entry={entry} />
      ))}
    </ol>
  );
}

function Line({ entry }: { readonly entry: Entry }) {
  const { audit: words } = adminTexts.value;
  const { number, at, actor, action, subject, hash } = entry;
  const address = addressOf(entry);
  // A rollout's own name is a UUID.
  const about = action.startsWith("rollout.") ? words.theRollout : subject;
  return (
    <li data-entry={number}>
      <p class="trail__when">
        <time dateTime={new Date(at).toISOString()} title={exact(at)}>
          {dayTime(at)}
        </time>
        <span class="soft">
          {words.number} {number}
        </span>
      </p>
      <div class="trail__what">
        <p>
          <strong>{wordFor(technicalTexts.value.deeds, action)}</strong>
          {address !== undefined ? (
            <>
              {" · "}
              <a href={address}>{about}</a>
            </>
          ) : (
            subject !== actor && ` · ${subject}`
          )}
          <span class="soft"> · {actor === "server" ? words.server : actor}</span>
        </p>
        <dl class="trail__facts">
          {detailsOf(entry).map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
        <details class="technical">
          <summary>{words.whole}</summary>
          <Pairs
            pairs={[
              [words.action, <code key="action">{action}</code>],
              [words.subject, <code key="subject">{subject}</code>],
              [words.details, <code key="details">{JSON.stringify(entry.details)}</code>],
              [words.hash, <code key="hash">{hash}</code>],
            ]}
          />
        </details>
      </div>
    </li>
  );
}
