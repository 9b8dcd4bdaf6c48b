import {
  type RolloutRow,
  rolloutListSchema,
  type TargetRow,
  targetListSchema,
} from "../../../api/contract/releases.ts";
import { call } from "../../api/client.ts";
import { useResource } from "../../api/resource.ts";
import { can } from "../../api/session.ts";
import { now } from "../../app/ticker.ts";
import { Icon } from "../../components/icon.tsx";
import { Loading, Page } from "../../components/page.tsx";
import { ProblemNote } from "../../components/problem-note.tsx";
import { Pairs, Section } from "../../components/section.tsx";
import { Since } from "../../components/since.tsx";
import { bytes, date, number } from "../../format/time.ts";
import { releasesTexts } from "../../texts/releases-texts.ts";
import { t, wordFor } from "../../texts/texts.ts";
import { RolloutBadge, summaryOf } from "./progress.tsx";
import { titleOf } from "./title.ts";
import { whyWords } from "./why.ts";
import "./releases.css";

/** What is published, and how it reaches the kiosks. */
export function ReleasesPage() {
  const rollouts = useResource(
    "rollouts",
    (signal) => call("rollouts", { answer: rolloutListSchema, signal }),
    ({ type }) => type === "rollouts",
  );
  const targets = useResource(
    "targets",
    (signal) => call("targets", { answer: targetListSchema, signal }),
    ({ type }) => type === "targets" || type === "kiosks",
  );
  const words = releasesTexts.value;
  return (
    <Page
      title={words.title}
      actions={
        can("newRollout") && (
          <a class="button button--main" href="/rollouts/new">
            <Icon name="plus" />
            {words.new}
          </a>
        )
      }
    >
      <div class="stack">
        <Section title={words.rollouts}>
          <ProblemNote problem={rollouts.problem} retry={rollouts.refresh} staleSince={rollouts.at} />
          {!rollouts.data && !rollouts.problem && <Loading />}
          {rollouts.data?.rollouts.length === 0 && <p class="empty">{words.noRollouts}</p>}
          <ul class="rows">
            {rollouts.data?.rollouts.map((rollout) => (
              <RolloutLine key={rollout.id} rollout={rollout} />
            ))}
          </ul>
        </Section>
        <Section title={words.targets}>
          <ProblemNote problem={targets.problem} retry={targets.refresh} staleSince={targets.at} />
          {targets.data?.targets.length === 0 && <p class="empty">{words.noTargets}</p>}
          {targets.data && targets.data.targets.length > 0 && <Targets targets={targets.data.targets} />}
        </Section>
        {targets.data && (
          <Section title={words.expires}>
            <Pairs
              pairs={Object.entries(targets.data.expires).map(([role, at]) => [
                wordFor(words.roles, role),
                at <= now.value ? <strong key={role}>{`${date(at)} (${words.expired})`}</strong> : date(at),
              ])}
            />
          </Section>
        )}
      </div>
    </Page>
  );
}

function RolloutLine({ rollout }: { readonly rollout: RolloutRow }) {
  return (
    <li data-rollout={rollout.id}>
      <span class="rows__main">
        <a href={`/rollouts/${rollout.id}`}>
          <strong>{titleOf(rollout)}</strong>
        </a>
        <span class="soft">
          {rollout.by} · <Since at={rollout.createdAt} />
        </span>
        {rollout.why !== "" && <span class="rows__whole">{whyWords(rollout)}</span>}
      </span>
      <span class="rows__end">
        <span>{summaryOf(rollout)}</span>
        <RolloutBadge state={rollout.state} />
      </span>
    </li>
  );
}

function Targets({ targets }: { readonly targets: readonly TargetRow[] }) {
  const words = releasesTexts.value;
  return (
    <table class="table table--cards table--bare">
      <thead>
        <tr>
          <th scope="col">{words.what}</th>
          <th scope="col">{words.version}</th>
          <th scope="col">{words.size}</th>
          <th scope="col">{words.kiosks}</th>
          <th scope="col">{words.notes}</th>
          {can("newRollout") && (
            <th scope="col">
              <span class="unseen">{words.start}</span>
            </th>
          )}
        </tr>
      </thead>
      <tbody>
        {targets.map((target) => (
          <tr key={target.path}>
            <th scope="row">
              {target.service ?? t.value.targetKinds[target.kind]}
              <span class="soft">{target.platform ?? t.value.targetKinds[target.kind]}</span>
            </th>
            <td data-label={words.version} class="numeric">
              {target.version}
            </td>
            <td data-label={words.size} class="numeric">
              {bytes(target.length)}
            </td>
            <td data-label={words.kiosks} class="numeric">
              {number(target.kiosks)}
            </td>
            <td data-label={words.notes}>{target.notes === "" ? "–" : target.notes}</td>
            {can("newRollout") && (
              <td class="table__way">
                <a
                  class="button button--small"
                  href={`/rollouts/new?target=${encodeURIComponent(target.path)}`}
                  aria-label={words.startIt(titleOf(target))}
                >
                  {words.start}
                </a>
              </td>
            )}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
