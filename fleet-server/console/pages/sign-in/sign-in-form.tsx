import { useState } from "preact/hooks";
import type { z } from "zod";
import { sessionSchema, type signInOptionsSchema } from "../../../api/contract/access.ts";
import { addressOf, call } from "../../api/client.ts";
import type { Problem } from "../../api/problem.ts";
import { signedIn } from "../../api/session.ts";
import { Field, textOf } from "../../components/field.tsx";
import { Icon } from "../../components/icon.tsx";
import { ProblemNote } from "../../components/problem-note.tsx";
import { t } from "../../texts/texts.ts";

type Options = z.infer<typeof signInOptionsSchema>;

/** Name and password, the identity provider, and what the demonstration offers. */
export function SignInForm({ options }: { readonly options?: Options | undefined }) {
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const [problem, setProblem] = useState<Problem>();
  const [busy, setBusy] = useState(false);
  const { signIn, roles } = t.value;

  const submit = async (event: Event) => {
    event.preventDefault();
    setBusy(true);
    const result = await call("signIn", { body: { name, password }, answer: sessionSchema });
    setBusy(false);
    if (result.ok) signedIn(result.value);
    else setProblem(result.error);
  };

  return (
    <>
      {options?.local !== false && (
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
          <button type="submit" class="button button--main" disabled={busy}>
            {signIn.submit}
          </button>
        </form>
      )}
      {options?.oidc && (
        <p class="sign-in__oidc">
          <a class="button" href={addressOf("signInOidc", {})}>
            <Icon name="shield" />
            {signIn.oidc(options.oidc.label)}
          </a>
        </p>
      )}
      {options?.demo && options.accounts.length > 0 && (
        <section class="demo" aria-labelledby="demo">
          <h2 id="demo">{signIn.demo}</h2>
          <p class="hint">{signIn.demoHint}</p>
          <ul>
            {options.accounts.map((account) => (
              <li key={account.name}>
                <button
                  type="button"
                  class="demo__account"
                  onClick={() => {
                    setName(account.name);
                    setPassword(account.password);
                  }}
                >
                  <strong>{account.name}</strong>
                  <span>{account.roles.map((role) => roles[role]).join(", ")}</span>
                  <span class="unseen">. {signIn.fill(account.name)}</span>
                </button>
              </li>
            ))}
          </ul>
        </section>
      )}
    </>
  );
}
