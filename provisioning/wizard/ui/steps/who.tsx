import { type Signal, useSignal } from "@preact/signals";
import type { WizardState } from "../../../../base/contracts/wizard.ts";
import { Keyboard } from "../keyboard.tsx";
import { Button, Foot, Heading } from "../parts.tsx";
import { say, type Text, W } from "../words.ts";

/** What the technician types; kept for the steps after. */
export type Details = {
  readonly technician: Signal<string>;
  readonly server: Signal<string>;
  readonly fingerprint: Signal<string>;
};

type Field = keyof Details;
const LONGEST = 100;

/** First letters large, as names are written. */
function asName(text: string): string {
  return text.toLowerCase().replaceAll(/(^|[\s'-])(\p{L})/gu, (_all, before, letter) => before + letter.toUpperCase());
}

export function WhoStep({
  open,
  details,
  onNext,
}: {
  readonly open: NonNullable<WizardState["open"]>;
  readonly details: Details;
  readonly onNext: () => void;
}) {
  const at = useSignal<Field>("technician");
  const asksServer = open.server === null && !open.enrolled;
  const type = (change: (before: string) => string) => {
    const next = change(details[at.value].value).slice(0, LONGEST);
    details[at.value].value = at.value === "technician" ? asName(next) : next;
  };
  const field = (name: Field, label: Text) => (
    <button type="button" class="field" aria-pressed={at.value === name} onClick={() => (at.value = name)}>
      <span class="label">{say(label)}</span>
      <span class="typed">{details[name].value || " "}</span>
    </button>
  );
  const complete = details.technician.value.trim() !== "" && (!asksServer || URL.canParse(details.server.value));
  return (
    <section>
      <Heading text={W.whoTitle} />
      <div class="columns">
        <div class="column">
          <dl>
            <dt>{say(W.machine)}</dt>
            <dd>{open.hostname}</dd>
            <dt>{say(W.kiosk)}</dt>
            <dd>{open.kiosk}</dd>
            <dt>{say(W.place)}</dt>
            <dd>{open.place}</dd>
            {open.server !== null && <dt>{say(W.server)}</dt>}
            {open.server !== null && (
              <dd>
                {open.server} ({say(W.serverFixed)})
              </dd>
            )}
          </dl>
          {field("technician", W.technician)}
          {asksServer && field("server", W.server)}
          {!open.enrolled && !open.authority && field("fingerprint", W.fingerprint)}
        </div>
        <Keyboard
          layout={at.value === "technician" ? "name" : "address"}
          onKey={(sign) => type((before) => before + sign)}
          onErase={() => type((before) => before.slice(0, -1))}
        />
      </div>
      <Foot>
        <Button text={W.next} strong disabled={!complete} onPress={onNext} />
      </Foot>
    </section>
  );
}
