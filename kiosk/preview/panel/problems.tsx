import type { Command, PreviewState } from "./state.ts";

type ProblemsProps = { readonly state: PreviewState; readonly send: (command: Command) => void };

/** What is wrong with the files, with the place of each mistake and what to do. */
export function Problems({ state, send }: ProblemsProps) {
  if (state.problems.length === 0)
    return state.service === "" ? null : <p class="well">✓ Nothing is wrong with this service.</p>;
  return (
    <section class="problems" aria-labelledby="problems">
      <h2 id="problems">
        {state.problems.length === 1 ? "One thing is wrong" : `${state.problems.length} things are wrong`}
      </h2>
      {state.stale && <p>The screen shows the service as it was before.</p>}
      <ol>
        {state.problems.map(({ where, problem, remedy, rule, way, place }) => (
          <li key={`${where} ${rule} ${problem}`}>
            <p class="where">
              {where} {rule !== "" && <span class="rule">{rule}</span>}
            </p>
            <p>{problem}</p>
            <p>{remedy}</p>
            {way.length > 0 && (
              <details>
                <summary>The shortest way there</summary>
                <ol>
                  {way.map((one, index) => (
                    <li key={`${index} ${one}`}>{one}</li>
                  ))}
                </ol>
              </details>
            )}
            {place !== undefined && (
              <button type="button" onClick={() => send({ command: "jump", serial: state.serial, place })}>
                Go there
              </button>
            )}
          </li>
        ))}
      </ol>
    </section>
  );
}
