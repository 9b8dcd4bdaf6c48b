import { useState } from "preact/hooks";
import { type RolloutRow, rolloutRowSchema } from "../../../api/contract/releases.ts";
import { call } from "../../api/client.ts";
import type { Problem } from "../../api/problem.ts";
import { announce } from "../../components/announcer.tsx";
import { Dialog } from "../../components/dialog.tsx";
import { Field, textOf } from "../../components/field.tsx";
import { Icon } from "../../components/icon.tsx";
import { ProblemNote } from "../../components/problem-note.tsx";
import { releasesTexts } from "../../texts/releases-texts.ts";
import { t } from "../../texts/texts.ts";
import type { RolloutAction } from "./rollout-page.tsx";
import { titleOf } from "./title.ts";

/** Says what an action on a rollout does before it is done. */
export function RolloutActionDialog({
  rollout,
  action,
  onClose,
  onDone,
}: {
  readonly rollout: RolloutRow;
  readonly action: RolloutAction;
  readonly onClose: () => void;
  readonly onDone: () => void;
}) {
  const [reason, setReason] = useState("");
  const [retryFailed, setRetryFailed] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const words = releasesTexts.value;
  const { close, rolloutStates } = t.value;
  const submit = async (event: Event) => {
    event.preventDefault();
    const result = await call("changeRollout", {
      path: { rollout: rollout.id },
      body: { action, retryFailed, reason },
      answer: rolloutRowSchema,
    });
    if (!result.ok) return setProblem(result.error);
    announce(`${titleOf(rollout)}: ${rolloutStates[result.value.state]}`);
    onDone();
  };
  return (
    <Dialog title={`${words.actions[action]}: ${titleOf(rollout)}`} onClose={onClose}>
      <form class="form" onSubmit={(event) => void submit(event)}>
        <p class="note tone-info">
          <Icon name="info" />
          {words.effects[action]}
        </p>
        {action === "resume" && rollout.failures.length > 0 && (
          <label class="check">
            <input type="checkbox" checked={retryFailed} onChange={() => setRetryFailed(!retryFailed)} />
            {words.retryFailed}
          </label>
        )}
        <Field label={words.reason} hint={t.value.reasonHint}>
          <input maxLength={200} value={reason} onInput={(event) => setReason(textOf(event))} />
        </Field>
        <ProblemNote problem={problem} />
        <p class="form__ways">
          <button type="submit" class={action === "cancel" ? "button button--danger" : "button button--main"}>
            {words.actions[action]}
          </button>
          <button type="button" class="button" onClick={onClose}>
            {close}
          </button>
        </p>
      </form>
    </Dialog>
  );
}
