import { useState } from "preact/hooks";
import type { z } from "zod";
import { type auditEntrySchema, auditPageSchema } from "../../../api/contract/access.ts";
import { call } from "../../api/client.ts";
import type { Problem } from "../../api/problem.ts";
import { useResource } from "../../api/resource.ts";
import { Icon } from "../../components/icon.tsx";
import { Loading, Page } from "../../components/page.tsx";
import { ProblemNote } from "../../components/problem-note.tsx";
import { dayTime } from "../../format/time.ts";
import { adminTexts } from "../../texts/admin-texts.ts";
import { detailsText } from "./details.ts";

type Entry = z.infer<typeof auditEntrySchema>;

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
  const { audit: words } = adminTexts.value;
  return (
    <table class="table table--cards table--framed">
      <caption class="unseen">{words.title}</caption>
      <thead>
        <tr>
          <th scope="col">{words.number}</th>
          <th scope="col">{words.at}</th>
          <th scope="col">{words.actor}</th>
          <th scope="col">{words.action}</th>
          <th scope="col">{words.subject}</th>
          <th scope="col">{words.details}</th>
          <th scope="col">{words.hash}</th>
        </tr>
      </thead>
      <tbody>
        {entries.map(({ number, at, actor, action, subject, details, hash }) => (
          <tr key={number}>
            <td data-label={words.number} class="numeric">
              {number}
            </td>
            <td data-label={words.at} class="numeric">
              {dayTime(at)}
            </td>
            <td data-label={words.actor}>{actor}</td>
            <th scope="row">{action}</th>
            <td data-label={words.subject}>{subject}</td>
            <td data-label={words.details}>{detailsText(details)}</td>
            <td data-label={words.hash}>
              <code title={hash}>{hash.slice(0, 12)}</code>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
