import { useEffect, useRef, useState } from "preact/hooks";
import { type CommandRow, commandListSchema, type KioskDetail } from "../../../api/contract/kiosks.ts";
import { call } from "../../api/client.ts";
import { aboutKiosk, useResource } from "../../api/resource.ts";
import { can } from "../../api/session.ts";
import { browserClock } from "../../app/browser-clock.ts";
import { announce } from "../../components/announcer.tsx";
import { CodedWords } from "../../components/coded-words.tsx";
import { Icon, type IconName } from "../../components/icon.tsx";
import { ProblemNote } from "../../components/problem-note.tsx";
import { Section } from "../../components/section.tsx";
import { Since } from "../../components/since.tsx";
import { Badge, type Tone } from "../../components/state.tsx";
import { kioskTexts } from "../../texts/kiosk-texts.ts";
import { t, wordFor } from "../../texts/texts.ts";
import { CommandDialog } from "./command-dialog.tsx";
import { LogsDialog } from "./logs-dialog.tsx";

const UNDER_WAY: readonly CommandRow["state"][] = ["queued", "received", "running"];
/** Milliseconds between two looks while a command is under way. */
const LOOK = 2_000;

/** What was asked of the kiosk and how it went, and the way to ask. */
export function Commands({ kiosk }: { readonly kiosk: KioskDetail }) {
  const list = useResource(
    kiosk.id,
    (signal) => call("commands", { path: { kiosk: kiosk.id }, answer: commandListSchema, signal }),
    aboutKiosk(kiosk.id),
  );
  const [asking, setAsking] = useState(false);
  const [logsOf, setLogsOf] = useState<CommandRow>();
  const commands = list.data?.commands ?? [];
  const words = kioskTexts.value;
  useChanges(commands);
  useEffect(() => {
    if (!commands.some(({ state }) => UNDER_WAY.includes(state))) return;
    const timer = browserClock.setTimeout(list.refresh, LOOK);
    return () => timer.cancel();
  }, [list.data]);

  return (
    <Section title={words.commands}>
      {can("sendCommand") && (
        <button type="button" class="button button--main" onClick={() => setAsking(true)}>
          <Icon name="send" />
          {words.send}
        </button>
      )}
      <ProblemNote problem={list.problem} retry={list.refresh} staleSince={list.at} />
      {list.data && commands.length === 0 && <p class="empty">{words.noCommands}</p>}
      <ul class="commands">
        {commands.slice(0, 8).map((command) => (
          <CommandLine key={command.id} row={command} showLogs={() => setLogsOf(command)} />
        ))}
      </ul>
      {asking && (
        <CommandDialog
          kiosk={kiosk}
          onClose={() => setAsking(false)}
          onSent={() => {
            setAsking(false);
            list.refresh();
          }}
        />
      )}
      {logsOf && <LogsDialog command={logsOf.id} onClose={() => setLogsOf(undefined)} />}
    </Section>
  );
}

/** Tells of every command whose state moved while the page is open. */
function useChanges(commands: readonly CommandRow[]): void {
  const known = useRef<Map<string, string>>(new Map());
  useEffect(() => {
    const words = kioskTexts.value;
    const { commandNames, commandStates } = t.value;
    for (const { id, state, command } of commands) {
      const before = known.current.get(id);
      if (before !== undefined && before !== state)
        announce(words.changed(commandNames[command.name], commandStates[state]));
      known.current.set(id, state);
    }
  }, [commands]);
}

const TONES: Readonly<Record<CommandRow["state"], readonly [Tone, IconName]>> = {
  queued: ["quiet", "clock"],
  received: ["info", "clock"],
  running: ["info", "clock"],
  done: ["ok", "ok"],
  failed: ["critical", "critical"],
  unknown: ["warning", "warning"],
  expired: ["warning", "warning"],
  refused: ["warning", "warning"],
};

function CommandLine({ row, showLogs }: { readonly row: CommandRow; readonly showLogs: () => void }) {
  const words = kioskTexts.value;
  const { commandNames, commandStates } = t.value;
  const [tone, icon] = TONES[row.state];
  return (
    <li data-command={row.command.name}>
      <p class="commands__head">
        <strong>
          {commandNames[row.command.name]}
          {targetOf(row)}
        </strong>
        <Badge tone={tone} icon={icon}>
          {commandStates[row.state]}
        </Badge>
      </p>
      <p class="soft">
        {row.by} · <Since at={row.createdAt} />
        {row.reason !== "" && ` · ${row.reason}`}
      </p>
      {row.code !== null && <CodedWords code={row.code} message={row.message} />}
      {row.code === null && row.message && <p>{row.message}</p>}
      {row.hasLogs && can("commandLogs") && (
        <button type="button" class="button button--small" onClick={showLogs}>
          {words.showLogs}
        </button>
      )}
    </li>
  );
}

function targetOf({ command }: CommandRow): string {
  if ("part" in command) return `: ${wordFor(t.value.parts, command.part).toLowerCase()}`;
  return "device" in command ? `: ${command.device}` : "";
}
