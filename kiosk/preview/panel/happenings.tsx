import type { Command, MoveKind, PreviewState } from "./state.ts";
import { WORDS } from "./words.ts";

/** A sign beside the words, for who does not tell the colours apart. */
const SIGNS: { readonly [K in MoveKind]: string } = { good: "✓", bad: "✕", doubt: "?", silence: "…", leaving: "→" };

type HappeningsProps = { readonly state: PreviewState; readonly send: (command: Command) => void };

/** What devices, institutions and time may do in this state. */
export function Happenings({ state, send }: HappeningsProps) {
  return (
    <section aria-labelledby="happens">
      <h2 id="happens">{WORDS.happens[state.language]}</h2>
      {state.here === undefined ? (
        <p>{WORDS.nobody[state.language]}</p>
      ) : (
        <p>
          {WORDS.here[state.language]} <b>{state.here.step}</b> {state.here.state}
        </p>
      )}
      <ul class="moves">
        {state.may.map(({ move, words, kind }) => (
          <li key={move}>
            <button
              type="button"
              class={kind}
              data-move={move}
              onClick={() => send({ command: "do", serial: state.serial, move })}
            >
              <span aria-hidden="true">{SIGNS[kind]}</span> {words}
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
