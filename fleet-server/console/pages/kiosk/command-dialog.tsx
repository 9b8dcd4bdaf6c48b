import { useState } from "preact/hooks";
import { COMMAND_NAMES, type Command, type CommandName } from "../../../../base/contracts/fleet/command.ts";
import { KIOSK_PARTS, type KioskPart } from "../../../../base/contracts/fleet/names.ts";
import { commandRowSchema, type KioskDetail } from "../../../api/contract/kiosks.ts";
import { call } from "../../api/client.ts";
import type { Problem } from "../../api/problem.ts";
import { announce } from "../../components/announcer.tsx";
import { Dialog } from "../../components/dialog.tsx";
import { Field, textOf } from "../../components/field.tsx";
import { Icon } from "../../components/icon.tsx";
import { ProblemNote } from "../../components/problem-note.tsx";
import { kioskTexts } from "../../texts/kiosk-texts.ts";
import { t } from "../../texts/texts.ts";

const LINES = [100, 500, 2_000] as const;

/** Chooses one command of the closed list and says what citizens will notice before it is sent. */
export function CommandDialog({
  kiosk,
  onClose,
  onSent,
}: {
  readonly kiosk: KioskDetail;
  readonly onClose: () => void;
  readonly onSent: () => void;
}) {
  const devices = kiosk.state.devices ?? [];
  const printers = devices.filter(({ kind }) => kind === "receipt-printer");
  const [name, setName] = useState<CommandName>("logs");
  const [part, setPart] = useState<KioskPart>("runtime");
  const [device, setDevice] = useState("");
  const [lines, setLines] = useState<number>(LINES[0]);
  const [reason, setReason] = useState("");
  const [problem, setProblem] = useState<Problem>();
  const [busy, setBusy] = useState(false);
  const words = kioskTexts.value;
  const { commandNames, parts, deviceKinds, cancel } = t.value;

  const fitting = name === "test-print" ? printers : devices;
  const chosenDevice = fitting.some((each) => each.device === device) ? device : (fitting[0]?.device ?? "");
  const names = COMMAND_NAMES.filter(
    (each) => (each !== "test-print" || printers.length > 0) && (!isForAnyDevice(each) || devices.length > 0),
  );
  const command = (): Command => {
    if (name === "restart-part") return { name, part };
    if (name === "logs") return { name, part, lines };
    if (name === "test-print" || isForAnyDevice(name)) return { name, device: chosenDevice };
    return { name };
  };
  const submit = async (event: Event) => {
    event.preventDefault();
    setBusy(true);
    const sent = await call("sendCommand", {
      path: { kiosk: kiosk.id },
      body: { command: command(), reason },
      answer: commandRowSchema,
    });
    setBusy(false);
    if (!sent.ok) return setProblem(sent.error);
    announce(words.sent(commandNames[name]));
    onSent();
  };

  return (
    <Dialog title={`${words.send}: ${kiosk.place}`} onClose={onClose}>
      <form class="form" onSubmit={(event) => void submit(event)}>
        <Field label={words.choose}>
          <select
            value={name}
            onChange={(event) => setName(COMMAND_NAMES.find((each) => each === textOf(event)) ?? name)}
          >
            {names.map((each) => (
              <option key={each} value={each}>
                {commandNames[each]}
              </option>
            ))}
          </select>
        </Field>
        {(name === "restart-part" || name === "logs") && (
          <Field label={words.part}>
            <select
              value={part}
              onChange={(event) => setPart(KIOSK_PARTS.find((each) => each === textOf(event)) ?? part)}
            >
              {KIOSK_PARTS.map((each) => (
                <option key={each} value={each}>
                  {parts[each]}
                </option>
              ))}
            </select>
          </Field>
        )}
        {(name === "test-print" || isForAnyDevice(name)) && (
          <Field label={words.device}>
            <select value={chosenDevice} onChange={(event) => setDevice(textOf(event))}>
              {fitting.map((each) => (
                <option key={each.device} value={each.device}>
                  {`${deviceKinds[each.kind]} (${each.device})`}
                </option>
              ))}
            </select>
          </Field>
        )}
        {name === "logs" && (
          <Field label={words.lines}>
            <select value={String(lines)} onChange={(event) => setLines(Number(textOf(event)))}>
              {LINES.map((each) => (
                <option key={each} value={String(each)}>
                  {each}
                </option>
              ))}
            </select>
          </Field>
        )}
        <div class="note tone-info" role="status">
          <Icon name="eye" />
          <p>
            <strong>{words.notice}:</strong> {noticeOf(name, part)}
          </p>
        </div>
        {!kiosk.connected && (
          <p class="note tone-warning">
            <Icon name="offline" />
            {words.away}
          </p>
        )}
        <Field label={words.reason} hint={t.value.reasonHint}>
          <input value={reason} maxLength={200} onInput={(event) => setReason(textOf(event))} />
        </Field>
        <ProblemNote problem={problem} />
        <p class="form__ways">
          <button type="submit" class="button button--main" disabled={busy}>
            <Icon name="send" />
            {words.confirm}
          </button>
          <button type="button" class="button" onClick={onClose}>
            {cancel}
          </button>
        </p>
      </form>
    </Dialog>
  );
}

function noticeOf(name: CommandName, part: KioskPart): string {
  const { notices } = kioskTexts.value;
  return name === "restart-part" ? notices[name][part] : notices[name];
}

function isForAnyDevice(name: CommandName): name is "device-self-test" | "reset-device" {
  return name === "device-self-test" || name === "reset-device";
}
