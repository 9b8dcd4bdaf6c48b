import { useEffect } from "preact/hooks";
import { followLive } from "../api/live.ts";
import { lapsed, session } from "../api/session.ts";
import { Announcer } from "../components/announcer.tsx";
import { Dialog } from "../components/dialog.tsx";
import { Loading } from "../components/page.tsx";
import { SignInForm } from "../pages/sign-in/sign-in-form.tsx";
import { SignInPage } from "../pages/sign-in/sign-in-page.tsx";
import { t } from "../texts/texts.ts";
import { browserClock } from "./browser-clock.ts";
import { Frame } from "./frame.tsx";
import { NowProvider } from "./now-resource.tsx";
import { Pages } from "./pages.tsx";

export function App() {
  if (session.value === undefined) return <Loading />;
  if (session.value === null) return <SignInPage />;
  return <SignedIn key={session.value.staff} />;
}

function SignedIn() {
  useEffect(() => followLive("/api/v1/live", browserClock), []);
  return (
    <NowProvider>
      <Frame>
        <Pages />
      </Frame>
      <Announcer />
      {lapsed.value && (
        <Dialog title={t.value.signIn.lapsed} onClose={() => {}} closable={false}>
          <p>{t.value.signIn.lapsedLead}</p>
          <SignInForm />
        </Dialog>
      )}
    </NowProvider>
  );
}
