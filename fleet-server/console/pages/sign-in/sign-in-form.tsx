import { useState } from "preact/hooks";
import { sessionSchema, signInOptionsSchema } from "../../../api/contract/access.ts";
import { addressOf, call } from "../../api/client.ts";
import type { Problem } from "../../api/problem.ts";
import { useResource } from "../../api/resource.ts";
import { signedIn } from "../../api/session.ts";
import { Field, textOf } from "../../components/field.tsx";
import { Icon } from "../../components/icon.tsx";
import { ProblemNote } from "../../components/problem-note.tsx";
import { adminTexts } from "../../texts/admin-texts.ts";
import { t } from "../../texts/texts.ts";
import { DemoAccounts } from "./demo-accounts.tsx";

/** A password that somebody else gave is good for one sign-in, and only together with a new one. */
const NEW_PASSWORD_NEEDED = "access.new-password-needed";

/** Name and password, the identity provider, and what the demonstration offers. */
export function SignInForm() {
  const options = useResource(
    "sign-in",
    (signal) => call("signInOptions", { answer: signInOptionsSchema, signal }),
    () => false,
  );
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const [newPassword, setNewPassword] = useState<string>();
  const [problem, setProblem] = useState<Problem>();
  const [busy, setBusy] = useState(false);
  const { signIn } = t.value;

  const submit = async (event: Event) => {
    event.preventDefault();
    setBusy(true);
    const body = { name, password, ...(newPassword !== undefined && { newPassword }) };
    const result = await call("signIn", { body, answer: sessionSchema });
    setBusy(false);
    if (result.ok) return signedIn(result.value);
    const needed = result.error.code === NEW_PASSWORD_NEEDED;
    if (needed) setNewPassword(newPassword ?? "");
    setProblem(needed ? undefined : result.error);
  };

  return (
    <>
      <ProblemNote problem={options.problem} retry={options.refresh} />
      {options.data?.local !== false && (
        <form class="form" onSubmit={(event) => void submit(event)}>
          {problem?.kind === "signed-out" ? (
            <p class="note tone-critical" role="alert">
              <Icon name="warning" />
              {signIn.wrong}
            </p>
          ) : (
            <ProblemNote problem={problem} />
          )}
          <Field label={signIn.name}>
            <input autoComplete="username" required value={name} onInput={(event) => setName(textOf(event))} />
          </Field>
          <Field label={signIn.password}>
            <input
              type="password"
              autoComplete="current-password"
              required
              value={password}
              onInput={(event) => setPassword(textOf(event))}
            />
          </Field>
          {newPassword !== undefined && (
            <>
              <p class="note tone-info" role="alert">
                <Icon name="info" />
                {signIn.newPasswordNeeded}
              </p>
              <Field label={signIn.newPassword} hint={adminTexts.value.staff.passwordHint}>
                <input
                  type="password"
                  autoComplete="new-password"
                  required
                  minLength={12}
                  maxLength={200}
                  value={newPassword}
                  onInput={(event) => setNewPassword(textOf(event))}
                />
              </Field>
            </>
          )}
          <button type="submit" class="button button--main" disabled={busy}>
            {signIn.submit}
          </button>
        </form>
      )}
      {options.data?.oidc && (
        <p class="sign-in__oidc">
          <a class="button" href={addressOf("signInOidc", {})}>
            <Icon name="shield" />
            {signIn.oidc(options.data.oidc.label)}
          </a>
        </p>
      )}
      {options.data?.demo && options.data.accounts.length > 0 && (
        <DemoAccounts
          accounts={options.data.accounts}
          onChoose={(account) => {
            setName(account.name);
            setPassword(account.password);
          }}
        />
      )}
    </>
  );
}
