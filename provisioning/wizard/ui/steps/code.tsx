import { useSignal } from "@preact/signals";
import { act, state } from "../api.ts";
import { Keyboard } from "../keyboard.tsx";
import { Answer, Button, Foot, Heading } from "../parts.tsx";
import { say, W } from "../words.ts";

const LENGTH = 12;

function grouped(code: string): string {
  return code.replaceAll(/(.{4})(?=.)/g, "$1-");
}

export function CodeStep({ onEntered }: { readonly onEntered: () => void }) {
  const code = useSignal("");
  const enter = async () => {
    const entered = await act("enter", { code: grouped(code.value) });
    code.value = "";
    if (entered) onEntered();
  };
  const shown = grouped(code.value.padEnd(LENGTH, "_"));
  return (
    <section>
      <Heading text={W.codeTitle} />
      <div class="columns">
        <div class="column">
          <p>{say(state.value?.entry === "own" ? W.codeOwn : W.codeEnrolment)}</p>
          <output class="typed code" aria-label={say(W.codeTitle)}>
            {shown}
          </output>
          <Answer />
        </div>
        <Keyboard
          layout="code"
          onKey={(sign) => (code.value = (code.value + sign).slice(0, LENGTH))}
          onErase={() => (code.value = code.value.slice(0, -1))}
        />
      </div>
      <Foot>
        <Button text={W.enter} strong disabled={code.value.length < LENGTH} onPress={() => void enter()} />
      </Foot>
    </section>
  );
}
