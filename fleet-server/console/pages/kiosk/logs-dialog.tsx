import { logUploadSchema } from "../../../../base/contracts/fleet/command.ts";
import { call } from "../../api/client.ts";
import { useResource } from "../../api/resource.ts";
import { Dialog } from "../../components/dialog.tsx";
import { Loading } from "../../components/page.tsx";
import { ProblemNote } from "../../components/problem-note.tsx";
import { dayTime } from "../../format/time.ts";
import { kioskTexts } from "../../texts/kiosk-texts.ts";
import { t } from "../../texts/texts.ts";

/** The records that a kiosk sent: one line each, time and event first. */
export function LogsDialog({ command, onClose }: { readonly command: string; readonly onClose: () => void }) {
  const logs = useResource(
    command,
    (signal) => call("commandLogs", { path: { command }, answer: logUploadSchema, signal }),
    () => false,
  );
  const words = kioskTexts.value;
  const { parts } = t.value;
  return (
    <Dialog title={words.logs} onClose={onClose} wide>
      <ProblemNote problem={logs.problem} retry={logs.refresh} />
      {!logs.data && !logs.problem && <Loading />}
      {logs.data && (
        <>
          <p class="soft">
            {parts[logs.data.part]} · {words.takenAt(dayTime(logs.data.takenAt))}
          </p>
          {logs.data.records.length === 0 && <p class="empty">{words.noLogs}</p>}
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be scrollable by keyboard */}
          <section class="logs" tabIndex={0} aria-label={words.logs}>
            <pre>{logs.data.records.map(lineOf).join("\n")}</pre>
          </section>
        </>
      )}
    </Dialog>
  );
}

function lineOf(record: Readonly<Record<string, string | number | boolean | null>>): string {
  const { time, at, level, event, ...fields } = record;
  const when = time ?? at;
  // A log line comes from the kiosk as it is: a number may be no time.
  const date = typeof when === "number" ? new Date(when) : undefined;
  const clock = date === undefined || Number.isNaN(date.getTime()) ? when : date.toISOString();
  const rest = Object.entries(fields).map(([name, value]) => `${name}=${value}`);
  return [clock, level, event, ...rest].filter((part) => part !== undefined && part !== null).join("  ");
}
