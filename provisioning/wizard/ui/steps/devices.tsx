import { useSignal } from "@preact/signals";
import { SERIAL_KINDS, type SerialKind } from "../../../../base/contracts/device-status.ts";
import type { WizardState } from "../../../../base/contracts/wizard.ts";
import { act, answer } from "../api.ts";
import { Answer, Button, Foot, Heading } from "../parts.tsx";
import { KINDS, say, W } from "../words.ts";

type Open = NonNullable<WizardState["open"]>;

export function DevicesStep({
  open,
  onBack,
  onNext,
}: {
  readonly open: Open;
  readonly onBack: () => void;
  readonly onNext: () => void;
}) {
  const kind = useSignal<SerialKind>("receipt-printer");
  const model = useSignal<string | null>(null);
  const path = useSignal<string | null>(null);
  const present = open.configured.find((device) => device.kind === kind.value);
  const id = present?.id ?? KINDS[kind.value].id;
  const models = open.models[kind.value] ?? [];
  const chosen = model.value ?? present?.model ?? (models.length === 1 ? models[0] : undefined) ?? null;
  const choose = (next: SerialKind) => {
    kind.value = next;
    model.value = null;
    path.value = null;
    answer.value = null;
  };
  const complete = chosen !== null && path.value !== null;
  const target = () => ({ path: path.value ?? "", kind: kind.value, model: chosen ?? "" });
  return (
    <section>
      <Heading text={W.devicesTitle} />
      <p>{say(W.devicesText)}</p>
      <div class="columns">
        <div class="column">
          <fieldset class="choices">
            <legend>{say(W.what)}</legend>
            {SERIAL_KINDS.map((name) => {
              const bound = open.configured.find((device) => device.kind === name);
              return (
                <button
                  type="button"
                  class="choice"
                  key={name}
                  aria-pressed={kind.value === name}
                  onClick={() => choose(name)}
                >
                  <b>{say(KINDS[name].name)}</b>
                  <span>{bound === undefined ? `– ${say(W.notYet)}` : `✓ ${bound.model}`}</span>
                </button>
              );
            })}
          </fieldset>
          <p class="note">{say(W.otherKinds)}</p>
          <fieldset class="choices">
            <legend>{say(W.model)}</legend>
            {models.map((name) => (
              <button
                type="button"
                class="choice"
                key={name}
                aria-pressed={chosen === name}
                onClick={() => (model.value = name)}
              >
                <b>{name}</b>
              </button>
            ))}
          </fieldset>
        </div>
        <div class="column">
          <fieldset class="list">
            <legend>{say(W.port)}</legend>
            {open.devices.length === 0 && <p class="note">{say(W.none)}</p>}
            {open.devices.map((device) => (
              <button
                type="button"
                class="choice"
                key={device.path}
                aria-pressed={path.value === device.path}
                onClick={() => (path.value = device.path)}
              >
                <b>
                  {device.name || device.looksLike || device.path}
                  {device.boundTo === null ? ` · ${say(W.free)}` : ` · ✓ ${device.boundTo}`}
                </b>
                <span>
                  {device.path} · {device.identity}
                </span>
              </button>
            ))}
          </fieldset>
          {kind.value === "code-reader" && (
            <p>
              {say(W.scanNow)}: «{say(W.try)}»
            </p>
          )}
          <Answer />
        </div>
      </div>
      <Foot>
        <Button text={W.try} disabled={!complete} onPress={() => void act("identify", target())} />
        <Button text={W.keep} disabled={!complete} onPress={() => void act("bind", { ...target(), id })} />
        <Button text={W.back} onPress={onBack} />
        <Button text={W.next} strong onPress={onNext} />
      </Foot>
    </section>
  );
}
