import type { WizardState } from "../../../../base/contracts/wizard.ts";
import { act } from "../api.ts";
import { Answer, Button, Foot, Heading } from "../parts.tsx";
import { STATES, say, W } from "../words.ts";

export function CheckStep({
  open,
  onBack,
  onNext,
}: {
  readonly open: NonNullable<WizardState["open"]>;
  readonly onBack: () => void;
  readonly onNext: () => void;
}) {
  const started = open.checks.length > 0;
  return (
    <section>
      <Heading text={W.checkTitle} />
      {!started && <p>{say(W.checkText)}</p>}
      {open.checks.some(({ state }) => state === "asks-to-scan") && (
        <p class="note ask" role="alert">
          → {say(W.scanNow)}
        </p>
      )}
      <ul class="checks">
        {open.checks.map(({ check, title, state, detail, action }) => (
          <li key={check} class={`check ${state}`}>
            <b class="verdict">
              <span aria-hidden="true">{STATES[state].symbol}</span> {say(STATES[state].name)}
            </b>
            <span>
              <b>{say(title)}</b>
              {detail !== undefined && <span class="detail">{say(detail)}</span>}
              {action !== undefined && <span class="detail">{say(action)}</span>}
            </span>
          </li>
        ))}
      </ul>
      <Answer />
      <div class="space" />
      <Foot>
        <Button
          text={started ? W.again : W.start}
          strong={open.ready !== true}
          onPress={() => void act("check", { skipScan: false })}
        />
        <Button text={W.skipScan} onPress={() => void act("check", { skipScan: true })} />
        <Button text={W.back} onPress={onBack} />
        <Button text={W.next} strong={open.ready === true} disabled={open.ready === null} onPress={onNext} />
      </Foot>
    </section>
  );
}
