import { Settings } from "../../app/account-menu.tsx";
import { Page } from "../../components/page.tsx";
import { t } from "../../texts/texts.ts";
import { SignInForm } from "./sign-in-form.tsx";
import "./sign-in.css";

/** Stands at whatever address was asked for, so that signing in leads there. */
export function SignInPage() {
  const { signIn } = t.value;
  return (
    <div class="sign-in">
      <p class="brand">
        <span class="brand__flag" aria-hidden="true" />
        <span class="brand__name">{t.value.product}</span>
        <span class="brand__part">{t.value.console}</span>
      </p>
      <main class="card">
        <Page title={signIn.title} lead={signIn.lead}>
          <SignInForm />
        </Page>
      </main>
      <footer class="sign-in__settings">
        <Settings brief />
      </footer>
    </div>
  );
}
