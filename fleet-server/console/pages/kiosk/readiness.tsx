import { useState } from "preact/hooks";
import { readinessReportSchema } from "../../../../base/contracts/fleet/readiness.ts";
import type { KioskDetail } from "../../../api/contract/kiosks.ts";
import { call } from "../../api/client.ts";
import { useResource } from "../../api/resource.ts";
import { Dialog } from "../../components/dialog.tsx";
import { Loading } from "../../components/page.tsx";
import { ProblemNote } from "../../components/problem-note.tsx";
import { Section } from "../../components/section.tsx";
import { Badge } from "../../components/state.tsx";
import { dayTime } from "../../format/time.ts";
import { kioskTexts } from "../../texts/kiosk-texts.ts";

type Summary = NonNullable<KioskDetail["readiness"]>;

/** The technician's proof that the kiosk was ready. */
export function Readiness({ kiosk, summary }: { readonly kiosk: string; readonly summary: Summary }) {
  const [open, setOpen] = useState(false);
  const words = kioskTexts.value;
  const good = summary.failed === 0;
  return (
    <Section title={words.readiness}>
      <p>
        <Badge tone={good ? "ok" : "warning"} icon={good ? "ok" : "warning"}>
          {good ? words.readinessGood : words.readinessBad(summary.failed)}
        </Badge>
      </p>
      <p class="soft">{words.readinessLine(dayTime(summary.takenAt), summary.technician)}</p>
      <button type="button" class="button button--small" onClick={() => setOpen(true)}>
        {words.showReport}
      </button>
      {open && (
        <Dialog title={words.readiness} onClose={() => setOpen(false)} wide>
          <Report kiosk={kiosk} />
        </Dialog>
      )}
    </Section>
  );
}

function Report({ kiosk }: { readonly kiosk: string }) {
  const report = useResource(
    kiosk,
    (signal) => call("readiness", { path: { kiosk }, answer: readinessReportSchema, signal }),
    () => false,
  );
  const { verdicts } = kioskTexts.value;
  if (!report.data)
    return report.problem ? <ProblemNote problem={report.problem} retry={report.refresh} /> : <Loading />;
  const tones = { pass: "ok", fail: "critical", "not-run": "quiet" } as const;
  const icons = { pass: "ok", fail: "critical", "not-run": "never-seen" } as const;
  return (
    <ul class="rows">
      {report.data.checks.map(({ check, verdict, code, detail }) => (
        <li key={check}>
          <span class="rows__main">
            <strong>{check}</strong>
            <span class="soft">{[code, detail].filter(Boolean).join(": ")}</span>
          </span>
          <Badge tone={tones[verdict]} icon={icons[verdict]}>
            {verdicts[verdict]}
          </Badge>
        </li>
      ))}
    </ul>
  );
}
