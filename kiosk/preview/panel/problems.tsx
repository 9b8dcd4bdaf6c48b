import type { Command, PreviewState } from "./state.ts";
import { WORDS } from "./words.ts";

type ProblemsProps = { readonly state: PreviewState; readonly send: (command: Command) => void };

/** What is wrong with the files, with the place of each mistake and what to do. */
export function Problems({ state, send }: ProblemsProps) {
  const { language } = state;
  if (state.problems.length === 0) return state.service === "" ? null : <p class="well">✓ {WORDS.well[language]}</p>;
  return (
    <section class="problems" aria-labelledby="problems">
      <h2 id="problems">
        {state.problems.length === 1 ? WORDS.one[language] : `${state.problems.length} ${WORDS.several[language]}`}
      </h2>
      {state.stale && <p>{WORDS.stale[language]}</p>}
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
                <summary>{WORDS.way[language]}</summary>
                <ol>
                  {way.map((one, index) => (
                    <li key={`${index} ${one}`}>{one}</li>
                  ))}
                </ol>
              </details>
            )}
            {place !== undefined && (
              <button type="button" onClick={() => send({ command: "jump", serial: state.serial, place })}>
                {WORDS.goThere[language]}
              </button>
            )}
          </li>
        ))}
      </ol>
    </section>
  );
}
