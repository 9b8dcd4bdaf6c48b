import { useState } from "preact/hooks";
import {
  type ROLLOUT_ACTIONS,
  type RolloutRow,
  type RolloutState,
  rolloutRowSchema,
} from "../../../api/contract/releases.ts";
import { call } from "../../api/client.ts";
import { useResource } from "../../api/resource.ts";
import { can } from "../../api/session.ts";
import { CodedWords } from "../../components/coded-words.tsx";
import { Icon } from "../../components/icon.tsx";
import { Loading, Page } from "../../components/page.tsx";
import { ProblemNote } from "../../components/problem-note.tsx";
import { Section } from "../../components/section.tsx";
import { Badge } from "../../components/state.tsx";
import { dayTime, duration } from "../../format/time.ts";
import { releasesTexts } from "../../texts/releases-texts.ts";
import { RingProgress, RolloutBadge, summaryOf } from "./progress.tsx";
import { RolloutActionDialog } from "./rollout-action.tsx";
import { titleOf } from "./title.ts";
import { whyWords } from "./why.ts";
import "./releases.css";

export type RolloutAction = (typeof ROLLOUT_ACTIONS)[number];

/** What can be asked of a rollout in each state. */
const ACTIONS: Readonly<Record<RolloutState, readonly RolloutAction[]>> = {
  running: ["pause", "halt", "cancel"],
  paused: ["resume", "halt", "cancel"],
  halted: ["resume", "cancel"],
  finished: [],
  cancelled: [],
};

export function RolloutPage({ id }: { readonly id: string }) {
  const rollout = useResource(
    id,
    (signal) => call("rollout", { path: { rollout: id }, answer: rolloutRowSchema, signal }),
    ({ type }) => type === "rollouts",
  );
  const [asking, setAsking] = useState<RolloutAction>();
  const words = releasesTexts.value;
  const { data } = rollout;
  return (
    <>
      <p class="crumb">
        <a href="/releases">
          <Icon name="back" />
          {words.title}
        </a>
      </p>
      <Page
        title={data ? titleOf(data) : words.rollouts}
        lead={data && <Lead rollout={data} />}
        actions={
          data &&
          can("changeRollout") &&
          ACTIONS[data.state].map((action) => (
            <button
              key={action}
              type="button"
              class={action === "halt" || action === "cancel" ? "button" : "button button--main"}
              onClick={() => setAsking(action)}
            >
              {words.actions[action]}
            </button>
          ))
        }
      >
        <ProblemNote problem={rollout.problem} retry={rollout.refresh} staleSince={rollout.at} />
        {!data && !rollout.problem && <Loading />}
        {data && <Content rollout={data} />}
        {asking && data && (
          <RolloutActionDialog
            rollout={data}
            action={asking}
            onClose={() => setAsking(undefined)}
            onDone={() => {
              setAsking(undefined);
              rollout.refresh();
            }}
          />
        )}
      </Page>
    </>
  );
}

function Lead({ rollout }: { readonly rollout: RolloutRow }) {
  const words = releasesTexts.value;
  return (
    <span class="lead-parts">
      <RolloutBadge state={rollout.state} />
      <span>{summaryOf(rollout)}</span>
      <span>{words.by(rollout.by, dayTime(rollout.createdAt))}</span>
      <span>{words.silentRule(duration(rollout.silentAfter * 1_000))}</span>
    </span>
  );
}

function Content({ rollout }: { readonly rollout: RolloutRow }) {
  const words = releasesTexts.value;
  return (
    <div class="stack">
      {rollout.why !== "" && (
        <div class={`note tone-${rollout.state === "halted" ? "critical" : "info"}`}>
          <Icon name={rollout.state === "halted" ? "critical" : "info"} />
          <p>
            <strong>{words.why}:</strong> {whyWords(rollout)}
          </p>
        </div>
      )}
      <Section title={words.progress}>
        <ol class="rings">
          {rollout.rings.map((ring) => (
            <li key={ring.ring} data-ring={ring.ring}>
              <div class="rings__head">
                <h3>{ring.ring}</h3>
                <span class="soft">
                  {ring.begun
                    ? words.rule(ring.success, ring.error)
                    : `${words.notBegun}. ${words.rule(ring.success, ring.error)}`}
                </span>
              </div>
              <RingProgress counts={ring.counts} />
            </li>
          ))}
        </ol>
      </Section>
      <Section title={words.failures}>
        {rollout.failures.length === 0 ? (
          <p class="empty">{words.noFailures}</p>
        ) : (
          <ul class="rows">
            {rollout.failures.map(({ kiosk, progress, code, message }) => (
              <li key={kiosk} data-failed={kiosk}>
                <div>
                  <p>
                    <a href={`/kiosks/${encodeURIComponent(kiosk)}`}>
                      <strong>{kiosk}</strong>
                    </a>{" "}
                    <Badge
                      tone={progress === "silent" ? "warning" : "critical"}
                      icon={progress === "silent" ? "offline" : "critical"}
                    >
                      {words.ofOne[progress]}
                    </Badge>
                  </p>
                  {code !== "" ? <CodedWords code={code} message={message} /> : message}
                </div>
              </li>
            ))}
          </ul>
        )}
      </Section>
    </div>
  );
}
