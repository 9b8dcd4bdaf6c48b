import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { answer, away, state } from "./api.ts";
import { CheckStep } from "./steps/check.tsx";
import { CodeStep } from "./steps/code.tsx";
import { DevicesStep } from "./steps/devices.tsx";
import { EnrolStep } from "./steps/enrol.tsx";
import { ReportStep } from "./steps/report.tsx";
import { type Details, WhoStep } from "./steps/who.tsx";
import { language, STEPS, type StepId, say, W } from "./words.ts";

export function App() {
  const step = useSignal<StepId>("code");
  const finished = useSignal(false);
  const details: Details = { technician: useSignal(""), server: useSignal("https://"), fingerprint: useSignal("") };
  const { value: now } = state;
  useEffect(() => {
    document.documentElement.lang = language.value;
  }, [language.value]);
  const go = (next: StepId) => () => {
    answer.value = null;
    step.value = next;
  };
  const open = now?.open ?? null;
  // Whatever step the page was in: without a session there is only the code.
  const at = open === null ? "code" : step.value === "code" ? "who" : step.value;
  return (
    <div class="wizard">
      <header>
        <p class="brand">{say(W.title)}</p>
        <button type="button" class="language" onClick={() => (language.value = language.value === "es" ? "en" : "es")}>
          {language.value === "es" ? "English" : "Español"}
        </button>
        <ol class="steps">
          {STEPS.map(({ id, name }) => (
            <li key={id} aria-current={id === at ? "step" : undefined}>
              {say(name)}
            </li>
          ))}
        </ol>
      </header>
      <main>
        {away.value && !finished.value && <p class="note bad">✗ {say(W.away)}</p>}
        {finished.value ? (
          <p class="verdict-large good">✓ {say(W.done)}</p>
        ) : (
          <>
            {now !== null && at === "code" && <CodeStep onEntered={go("who")} />}
            {open !== null && at === "who" && <WhoStep open={open} details={details} onNext={go("enrol")} />}
            {open !== null && at === "enrol" && (
              <EnrolStep open={open} details={details} onBack={go("who")} onNext={go("devices")} />
            )}
            {open !== null && at === "devices" && <DevicesStep open={open} onBack={go("enrol")} onNext={go("check")} />}
            {open !== null && at === "check" && <CheckStep open={open} onBack={go("devices")} onNext={go("report")} />}
            {open !== null && at === "report" && (
              <ReportStep
                open={open}
                technician={details.technician.value}
                onBack={go("check")}
                onFinished={() => (finished.value = true)}
              />
            )}
          </>
        )}
      </main>
    </div>
  );
}
