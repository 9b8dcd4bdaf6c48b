import type { Command, PreviewState, StepOfService } from "./state.ts";
import { WORDS } from "./words.ts";

type StepsProps = { readonly state: PreviewState; readonly send: (command: Command) => void };

/** Every step with its states; a touch goes there by the shortest way. */
export function Steps({ state, send }: StepsProps) {
  return (
    <section aria-labelledby="steps">
      <h2 id="steps">{WORDS.goTo[state.language]}</h2>
      {state.steps.map((step) => (
        <Step key={step.id} step={step} state={state} send={send} />
      ))}
    </section>
  );
}

function Step({ step, state, send }: StepsProps & { readonly step: StepOfService }) {
  const here = state.here?.step === step.id;
  return (
    <details class={here ? "step here" : "step"} open={here}>
      <summary>
        {here ? "▶ " : ""}
        <b>{step.id}</b> {step.kind} · {step.states.length}{" "}
        {(step.states.length === 1 ? WORDS.page : WORDS.pages)[state.language]}
      </summary>
      <ul>
        {step.states.map(({ place, name, title, by }) => (
          <li key={place}>
            <button
              type="button"
              data-place={place}
              onClick={() => send({ command: "jump", serial: state.serial, place })}
            >
              <b>{title}</b>
              <span>
                {name}
                {by !== "" && `, ${WORDS.after[state.language]}: ${by}`}
              </span>
            </button>
          </li>
        ))}
      </ul>
    </details>
  );
}
