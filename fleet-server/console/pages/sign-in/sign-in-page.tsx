import { signInOptionsSchema } from "../../../api/contract/access.ts";
import { call } from "../../api/client.ts";
import { useResource } from "../../api/resource.ts";
import { Settings } from "../../app/account-menu.tsx";
import { location } from "../../app/router.ts";
import { Page } from "../../components/page.tsx";
import { ProblemNote } from "../../components/problem-note.tsx";
import { t } from "../../texts/texts.ts";
import { SignInForm } from "./sign-in-form.tsx";
import "./sign-in.css";

/** Stands at whatever address was asked for, so that signing in leads there. */
export function SignInPage() {
  const options = useResource(
    "sign-in",
    (signal) => call("signInOptions", { answer: signInOptionsSchema, signal }),
    () => false,
  );
  const { signIn } = t.value;
  const refused = location.value.query.has("sign-in-failed");
  return (
    <div class="sign-in">
      <p class="brand">
        <span class="brand__flag" aria-hidden="true" />
        <span class="brand__name">{t.value.product}</span>
        <span class="brand__part">{t.value.console}</span>
      </p>
      <main class="card">
        <Page title={signIn.title} lead={signIn.lead}>
          {refused && (
            <p class="note tone-critical" role="alert">
              {signIn.failed}
            </p>
          )}
          <ProblemNote problem={options.problem} retry={options.refresh} />
          <SignInForm options={options.data} />
        </Page>
      </main>
      <footer class="sign-in__settings">
        <Settings brief />
      </footer>
    </div>
  );
}
