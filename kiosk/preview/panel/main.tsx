import "@fontsource/roboto/latin-400.css";
import "@fontsource/roboto/latin-700.css";
import { render } from "preact";
import { useEffect, useState } from "preact/hooks";
import { Happenings } from "./happenings.tsx";
import { Problems } from "./problems.tsx";
import type { Command, PreviewState } from "./state.ts";
import { Steps } from "./steps.tsx";
import { WORDS } from "./words.ts";

function send(command: Command): void {
  void fetch("/api/command", { method: "POST", body: JSON.stringify(command) });
}

function Panel() {
  const [state, setState] = useState<PreviewState>();
  const [screen, setScreen] = useState<string>();
  const [connected, setConnected] = useState(true);
  useEffect(() => {
    const events = new EventSource("/api/state");
    events.addEventListener("message", ({ data }) => setState(JSON.parse(data) as PreviewState));
    events.addEventListener("open", () => setConnected(true));
    events.addEventListener("error", () => setConnected(false));
    void fetch("/api/screen")
      .then((response) => response.json())
      .then((told: { screen: string }) => setScreen(told.screen));
    return () => events.close();
  }, []);
  useEffect(() => {
    if (state !== undefined) document.documentElement.lang = state.language;
  }, [state?.language]);
  if (state === undefined) return <p class="away">…</p>;
  const { language } = state;
  return (
    <>
      <main>{screen !== undefined && <iframe title={WORDS.screen[language]} src={screen} />}</main>
      <aside>
        <header>
          <h1>{state.service || WORDS.none[language]}</h1>
          <p>{state.folder}</p>
          {state.proved !== "" && <p>{state.proved}</p>}
        </header>
        {!connected && (
          <p class="away" role="alert">
            {WORDS.ended[language]} npm run services -- preview {state.folder}
          </p>
        )}
        <Problems state={state} send={send} />
        <section class="choices" aria-label={WORDS.who[language]}>
          <label>
            {WORDS.person[language]}
            <select
              value={state.person}
              onChange={(event) => send({ command: "person", id: event.currentTarget.value })}
            >
              {state.people.map(({ id, name }) => (
                <option key={id} value={id}>
                  {name}
                </option>
              ))}
            </select>
          </label>
          <label>
            {WORDS.language[language]}
            <select
              value={state.locale}
              onChange={(event) => send({ command: "locale", id: event.currentTarget.value })}
            >
              {state.locales.map((id) => (
                <option key={id} value={id}>
                  {id}
                </option>
              ))}
            </select>
          </label>
          <button type="button" onClick={() => send({ command: "again" })}>
            {WORDS.again[language]}
          </button>
        </section>
        <p class="note" role="status">
          {state.note}
        </p>
        <Happenings state={state} send={send} />
        <Steps state={state} send={send} />
      </aside>
    </>
  );
}

const place = document.getElementById("panel");
if (place !== null) render(<Panel />, place);
