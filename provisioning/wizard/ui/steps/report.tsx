import type { WizardState } from "../../../../base/contracts/wizard.ts";
import { act } from "../api.ts";
import { Answer, Button, Foot, Heading } from "../parts.tsx";
import { say, W } from "../words.ts";

export function ReportStep({
  open,
  technician,
  onBack,
  onFinished,
}: {
  readonly open: NonNullable<WizardState["open"]>;
  readonly technician: string;
  readonly onBack: () => void;
  readonly onFinished: () => void;
}) {
  const verdict = open.ready === null ? W.notChecked : open.ready ? W.ready : W.notReady;
  const finish = async () => {
    if (await act("finish", {})) onFinished();
  };
  return (
    <section>
      <Heading text={W.reportTitle} />
      <p class={open.ready ? "verdict-large good" : "verdict-large bad"}>
        {open.ready ? "✓" : "✗"} {say(verdict)}
      </p>
      <dl>
        <dt>{say(W.kiosk)}</dt>
        <dd>{open.kiosk}</dd>
        <dt>{say(W.place)}</dt>
        <dd>{open.place}</dd>
        <dt>{say(W.by)}</dt>
        <dd>{technician}</dd>
      </dl>
      <Answer />
      <div class="space" />
      <Foot>
        <Button text={W.back} onPress={onBack} />
        <Button
          text={W.send}
          strong
          disabled={open.ready === null}
          onPress={() => void act("report", { technician })}
        />
        <Button text={W.finish} onPress={() => void finish()} />
      </Foot>
    </section>
  );
}
