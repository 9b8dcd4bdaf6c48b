import { type ReadonlySignal, useComputed, useSignalEffect } from "@preact/signals";
import { useLayoutEffect } from "preact/hooks";
import type { Clock } from "../../base/clock.ts";
import type { Intent } from "../../base/contracts/view.ts";
import type { LinkState } from "../contract/client.ts";
import type { ViewState } from "../contract/messages.ts";
import { Footer } from "./components/footer/footer.tsx";
import { Header } from "./components/header/header.tsx";
import { OverlayDialog } from "./components/overlay/overlay.tsx";
import { type KioskContext, KioskProvider } from "./kiosk-context.ts";
import { OneMoment } from "./screens/one-moment.tsx";
import { screenKey } from "./screens/screen-key.ts";
import { ScreenView } from "./screens/screen-view.tsx";
import { TEXTS } from "./texts/texts.ts";

export type AppProps = {
  readonly view: ReadonlySignal<ViewState | undefined>;
  readonly link: ReadonlySignal<LinkState>;
  readonly busy: ReadonlySignal<boolean>;
  readonly send: (intent: Intent) => boolean;
  readonly clock: Clock;
};

/** The whole page. Draws `view` and nothing else; while the link is down nothing of a citizen stays in the document. */
export function App({ view, link, busy, send, clock }: AppProps) {
  const locale = useComputed(() => view.value?.locale ?? "es");

  // Before anything is painted or read aloud: a voice must not read the first words in the wrong language.
  useLayoutEffect(() => {
    document.documentElement.lang = locale.value;
  }, [locale.value]);

  useSignalEffect(() => {
    const width = view.value?.screenWidth;
    if (width !== undefined) document.documentElement.style.setProperty("--screen-mm", String(width));
  });

  const state = view.value;
  if (link.value !== "live" || state === undefined)
    return <OneMoment locale={state === undefined ? undefined : locale.value} />;

  const kiosk: KioskContext = {
    send,
    can: (type) => state.intents.includes(type),
    busy,
    t: TEXTS[state.locale],
  };
  return (
    <KioskProvider value={kiosk}>
      <Page state={state} clock={clock} />
    </KioskProvider>
  );
}

function Page({ state, clock }: { readonly state: ViewState; readonly clock: Clock }) {
  const { screen, overlay } = state;
  const t = TEXTS[state.locale];
  const key = screenKey(screen);
  const problem = "problem" in screen ? screen.problem : undefined;

  useLayoutEffect(() => {
    const title = overlay?.title.text ?? screen.title.text;
    const wrong = overlay === undefined && (problem !== undefined || screen.kind === "problem");
    document.title = wrong ? `${t.errorPrefix}: ${title}` : title;
  });

  // A change of language keeps the place; a new page, question or problem is read from its heading.
  useLayoutEffect(() => {
    document.querySelector<HTMLElement>(overlay === undefined ? "main h1" : "[role=dialog] h1")?.focus();
  }, [key, overlay?.kind, problem?.id]);

  return (
    <div class={`kiosk kiosk--${screen.kind}`} data-view={state.version}>
      <Header state={state} />
      <main class="kiosk__main" inert={overlay !== undefined} key={key}>
        <ScreenView screen={screen} />
      </main>
      {overlay && (
        <OverlayDialog overlay={overlay} deadlineIn={state.deadlineIn} version={state.version} clock={clock} />
      )}
      <Footer state={state} />
    </div>
  );
}
