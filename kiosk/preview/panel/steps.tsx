import type { Command, PreviewState, StepOfService } from "./state.ts";

type StepsProps = { readonly state: PreviewState; readonly send: (command: Command) => void };

/** Every step with its states; a touch goes there by the shortest way. */
export function Steps({ state, send }: StepsProps) {
  return (
    <section aria-labelledby="steps">
      <h2 id="steps">Go to a state</h2>
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
        <b>{step.id}</b> {step.kind} · {step.states.length === 1 ? "1 page" : `${step.states.length} pages`}
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
                {by !== "" && `, after: ${by}`}
              </span>
            </button>
          </li>
        ))}
      </ul>
    </details>
  );
}
