import { useState } from "preact/hooks";
import type { KioskDetail } from "../../../api/contract/kiosks.ts";
import { call } from "../../api/client.ts";
import type { Problem } from "../../api/problem.ts";
import { announce } from "../../components/announcer.tsx";
import { Dialog } from "../../components/dialog.tsx";
import { Field, textOf } from "../../components/field.tsx";
import { ProblemNote } from "../../components/problem-note.tsx";
import { kioskTexts } from "../../texts/kiosk-texts.ts";
import { t } from "../../texts/texts.ts";

/** Ends the kiosk's identity, for good: its id must be typed, so that nobody does it to the wrong one. */
export function Revocation({ kiosk, refresh }: { readonly kiosk: KioskDetail; readonly refresh: () => void }) {
  const [open, setOpen] = useState(false);
  const [typed, setTyped] = useState("");
  const [reason, setReason] = useState("");
  const [problem, setProblem] = useState<Problem>();
  const words = kioskTexts.value;
  const { cancel } = t.value;
  if (!kiosk.certificates.some(({ current, revokedAt }) => current && revokedAt === null)) return null;

  const submit = async (event: Event) => {
    event.preventDefault();
    const result = await call("revoke", { path: { kiosk: kiosk.id }, body: { reason }, answer: null });
    if (!result.ok) return setProblem(result.error);
    announce(words.revoked);
    setOpen(false);
    refresh();
  };
  return (
    <p>
      <button type="button" class="button button--danger" onClick={() => setOpen(true)}>
        {words.revoke}
      </button>
      {open && (
        <Dialog title={`${words.revoke}: ${kiosk.place}`} onClose={() => setOpen(false)}>
          <p>{words.revokeLead}</p>
          <form class="form" onSubmit={(event) => void submit(event)}>
            <Field label={words.revokeReason}>
              <input required maxLength={200} value={reason} onInput={(event) => setReason(textOf(event))} />
            </Field>
            <Field label={words.revokeType(kiosk.id)}>
              <input
                required
                autoComplete="off"
                spellcheck={false}
                value={typed}
                onInput={(event) => setTyped(textOf(event))}
              />
            </Field>
            <ProblemNote problem={problem} />
            <p class="form__ways">
              <button type="submit" class="button button--danger" disabled={typed !== kiosk.id || reason.trim() === ""}>
                {words.revokeDo}
              </button>
              <button type="button" class="button" onClick={() => setOpen(false)}>
                {cancel}
              </button>
            </p>
          </form>
        </Dialog>
      )}
    </p>
  );
}
