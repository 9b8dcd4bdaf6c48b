import type { WizardState } from "../../../../base/contracts/wizard.ts";
import { act } from "../api.ts";
import { Answer, Button, Foot, Heading } from "../parts.tsx";
import { say, W } from "../words.ts";
import type { Details } from "./who.tsx";

export function EnrolStep({
  open,
  details,
  onBack,
  onNext,
}: {
  readonly open: NonNullable<WizardState["open"]>;
  readonly details: Details;
  readonly onBack: () => void;
  readonly onNext: () => void;
}) {
  const { server, fingerprint } = details;
  const enrol = () =>
    act("enrol", {
      ...(open.server === null ? { server: server.value } : {}),
      ...(fingerprint.value === "" ? {} : { fingerprint: fingerprint.value }),
    });
  return (
    <section>
      <Heading text={W.enrolTitle} />
      <p>{say(W.enrolText)}</p>
      {open.enrolled && (
        <p class="note good">
          ✓ {say(W.enrolled)} {open.kiosk}, {open.place}
        </p>
      )}
      <Answer />
      <div class="space" />
      <Foot>
        <Button text={W.back} onPress={onBack} />
        {open.enrolled ? (
          <Button text={W.next} strong onPress={onNext} />
        ) : (
          <Button text={W.enrol} strong onPress={() => void enrol()} />
        )}
      </Foot>
    </section>
  );
}
