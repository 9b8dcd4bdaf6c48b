import { useState } from "preact/hooks";
import { staffSchema } from "../../../api/contract/access.ts";
import { call } from "../../api/client.ts";
import type { Problem } from "../../api/problem.ts";
import { Dialog } from "../../components/dialog.tsx";
import { Icon } from "../../components/icon.tsx";
import { ProblemNote } from "../../components/problem-note.tsx";
import { adminTexts } from "../../texts/admin-texts.ts";
import { t } from "../../texts/texts.ts";
import { oneTimePassword } from "./one-time-password.ts";

/** Gives somebody a password that is good for one sign-in, and shows it once. */
export function ResetDialog({
  member,
  onClose,
}: {
  readonly member: { readonly id: string; readonly name: string };
  readonly onClose: () => void;
}) {
  const [made, setMade] = useState<string>();
  const [problem, setProblem] = useState<Problem>();
  const [busy, setBusy] = useState(false);
  const { staff: words } = adminTexts.value;
  const reset = async () => {
    const password = oneTimePassword();
    setBusy(true);
    const result = await call("changeStaff", { path: { staff: member.id }, body: { password }, answer: staffSchema });
    setBusy(false);
    setProblem(result.ok ? undefined : result.error);
    if (result.ok) setMade(password);
  };
  return (
    <Dialog title={words.resetFor(member.name)} onClose={onClose} closable={made === undefined}>
      {made === undefined ? (
        <>
          <p>{words.resetLead}</p>
          <ProblemNote problem={problem} />
          <p class="form__ways">
            <button type="button" class="button button--main" disabled={busy} onClick={() => void reset()}>
              {words.resetDo}
            </button>
            <button type="button" class="button" onClick={onClose}>
              {t.value.cancel}
            </button>
          </p>
        </>
      ) : (
        <div role="status">
          <p class="note tone-warning">
            <Icon name="warning" />
            {words.resetOnce}
          </p>
          <p class="one-time">
            <code>{made}</code>
          </p>
          <p class="form__ways">
            <button type="button" class="button button--main" onClick={onClose}>
              {words.resetDone}
            </button>
          </p>
        </div>
      )}
    </Dialog>
  );
}
