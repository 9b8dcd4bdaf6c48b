import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { answer, busy } from "./api.ts";
import { say, type Text, W } from "./words.ts";

/** The step's heading takes the focus when the step appears: whoever listens hears where they are. */
export function Heading({ text }: { readonly text: Text }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  return (
    <h1 tabIndex={-1} ref={heading}>
      {say(text)}
    </h1>
  );
}

export function Button({
  text,
  onPress,
  strong = false,
  disabled = false,
}: {
  readonly text: Text;
  readonly onPress: () => void;
  readonly strong?: boolean;
  readonly disabled?: boolean;
}) {
  return (
    <button
      type="button"
      class={strong ? "button strong" : "button"}
      disabled={disabled || busy.value}
      onClick={onPress}
    >
      {say(text)}
    </button>
  );
}

/** What became of the last act: never by colour alone. */
export function Answer() {
  const said = answer.value;
  return (
    <div class="answer" role="status">
      {busy.value && <p class="note">{say(W.working)}</p>}
      {!busy.value && said?.ok === true && <p class="note good">✓ {say(said.said)}</p>}
      {!busy.value && said?.ok === false && (
        <p class="note bad">
          ✗ {say(said.meaning)}
          <br />
          {say(said.action)}
        </p>
      )}
    </div>
  );
}

export function Foot({ children }: { readonly children: ComponentChildren }) {
  return <div class="foot">{children}</div>;
}
