import { useState } from "preact/hooks";
import { kioskPageSchema } from "../../../api/contract/kiosks.ts";
import { type RolloutRow, rolloutRowSchema, targetListSchema } from "../../../api/contract/releases.ts";
import { call } from "../../api/client.ts";
import type { Problem } from "../../api/problem.ts";
import { useResource } from "../../api/resource.ts";
import { location, navigate } from "../../app/router.ts";
import { Field, textOf } from "../../components/field.tsx";
import { Icon } from "../../components/icon.tsx";
import { Loading, Page } from "../../components/page.tsx";
import { ProblemNote } from "../../components/problem-note.tsx";
import { Section } from "../../components/section.tsx";
import { releasesTexts } from "../../texts/releases-texts.ts";
import { t } from "../../texts/texts.ts";
import { DryRun } from "./dry-run.tsx";
import { DEFAULT_RINGS, type RingPlan, RingsField } from "./rings-field.tsx";
import { titleOf } from "./title.ts";
import "./releases.css";

const SILENCES = ["300", "3600", "21600", "86400"] as const;

/** Plans a rollout, shows what it would do, and only then begins it. */
export function NewRolloutPage() {
  const targets = useResource(
    "targets",
    (signal) => call("targets", { answer: targetListSchema, signal }),
    ({ type }) => type === "targets",
  );
  const fleet = useResource(
    "rings",
    (signal) => call("kiosks", { query: { limit: 1 }, answer: kioskPageSchema, signal }),
    () => false,
  );
  const [target, setTarget] = useState(location.value.query.get("target") ?? "");
  const [rings, setRings] = useState<readonly RingPlan[]>(DEFAULT_RINGS);
  const [silentAfter, setSilentAfter] = useState<string>("3600");
  const [reason, setReason] = useState("");
  const [tried, setTried] = useState<{ plan: string; outcome: RolloutRow }>();
  const [problem, setProblem] = useState<Problem>();
  const [busy, setBusy] = useState(false);
  const words = releasesTexts.value;
  const { cancel } = t.value;

  const plan = { target, rings, silentAfter: Number(silentAfter), reason };
  const written = JSON.stringify({ target, rings, silentAfter });
  const current = tried?.plan === written;

  const send = async (dryRun: boolean) => {
    setBusy(true);
    const result = await call("newRollout", { body: { ...plan, dryRun }, answer: rolloutRowSchema });
    setBusy(false);
    setProblem(result.ok ? undefined : result.error);
    if (!result.ok) return;
    if (dryRun) setTried({ plan: written, outcome: result.value });
    else navigate(`/rollouts/${result.value.id}`);
  };
  const submit = (event: Event) => {
    event.preventDefault();
    void send(true);
  };

  return (
    <>
      <p class="crumb">
        <a href="/releases">
          <Icon name="back" />
          {words.title}
        </a>
      </p>
      <Page title={words.new}>
        <ProblemNote problem={targets.problem} retry={targets.refresh} />
        {!targets.data && !targets.problem && <Loading />}
        {targets.data && (
          <div class="plan">
            <form class="card form" onSubmit={submit}>
              <Field label={words.target}>
                <select required value={target} onChange={(event) => setTarget(textOf(event))}>
                  <option value="">{words.choose}</option>
                  {targets.data.targets.map((each) => (
                    <option key={each.path} value={each.path}>
                      {titleOf(each) + (each.platform ? ` (${each.platform})` : "")}
                    </option>
                  ))}
                </select>
              </Field>
              <RingsField rings={rings} known={fleet.data?.rings ?? []} onChange={setRings} />
              <Field label={words.silentAfter}>
                <select value={silentAfter} onChange={(event) => setSilentAfter(textOf(event))}>
                  {SILENCES.map((seconds) => (
                    <option key={seconds} value={seconds}>
                      {words.silences[seconds]}
                    </option>
                  ))}
                </select>
              </Field>
              <Field label={words.reason} hint={t.value.reasonHint}>
                <input maxLength={200} value={reason} onInput={(event) => setReason(textOf(event))} />
              </Field>
              <ProblemNote problem={problem} />
              <p class="form__ways">
                <button type="submit" class={current ? "button" : "button button--main"} disabled={busy}>
                  {tried ? words.dryRunAgain : words.dryRun}
                </button>
                <a class="button" href="/releases">
                  {cancel}
                </a>
              </p>
            </form>
            {tried && (
              <Section title={words.dryTitle}>
                <div role="status">
                  <p>{current ? words.dryLead : words.changedSince}</p>
                </div>
                <DryRun outcome={tried.outcome} />
                <button
                  type="button"
                  class="button button--main"
                  disabled={!current || busy}
                  onClick={() => void send(false)}
                >
                  {words.begin}
                </button>
              </Section>
            )}
          </div>
        )}
      </Page>
    </>
  );
}
