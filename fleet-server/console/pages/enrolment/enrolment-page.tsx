import { useState } from "preact/hooks";
import type { z } from "zod";
import {
  enrolmentListSchema,
  type enrolmentRowSchema,
  type madeEnrolmentSchema,
} from "../../../api/contract/kiosks.ts";
import { call } from "../../api/client.ts";
import type { Problem } from "../../api/problem.ts";
import { useResource } from "../../api/resource.ts";
import { can } from "../../api/session.ts";
import { now } from "../../app/ticker.ts";
import type { IconName } from "../../components/icon.tsx";
import { Loading, Page } from "../../components/page.tsx";
import { ProblemNote } from "../../components/problem-note.tsx";
import { Section } from "../../components/section.tsx";
import { Badge, type Tone } from "../../components/state.tsx";
import { dayTime } from "../../format/time.ts";
import { adminTexts } from "../../texts/admin-texts.ts";
import { CodeForm } from "./code-form.tsx";
import { MadeCode } from "./made-code.tsx";
import "./enrolment.css";

type Enrolment = z.infer<typeof enrolmentRowSchema>;

/** One-time codes that make a machine a kiosk. */
export function EnrolmentPage() {
  const list = useResource(
    "enrolments",
    (signal) => call("enrolments", { answer: enrolmentListSchema, signal }),
    ({ type }) => type === "enrolments",
  );
  const [made, setMade] = useState<z.infer<typeof madeEnrolmentSchema>>();
  const [problem, setProblem] = useState<Problem>();
  const { enrolment: words } = adminTexts.value;
  const cancel = async (id: string) => {
    const result = await call("cancelEnrolment", { path: { enrolment: id }, answer: null });
    setProblem(result.ok ? undefined : result.error);
    list.refresh();
  };
  return (
    <Page title={words.title} lead={words.lead}>
      <div class="enrolment">
        {made ? (
          <MadeCode made={made} onDone={() => setMade(undefined)} />
        ) : (
          can("newEnrolment") && (
            <CodeForm
              onMade={(code) => {
                setMade(code);
                list.refresh();
              }}
            />
          )
        )}
        <Section title={words.list}>
          <ProblemNote problem={problem ?? list.problem} retry={list.refresh} staleSince={list.at} />
          {!list.data && !list.problem && <Loading />}
          {list.data?.enrolments.length === 0 && <p class="empty">{words.empty}</p>}
          <ul class="rows">
            {list.data?.enrolments.map((enrolment) => (
              <Line key={enrolment.id} enrolment={enrolment} onCancel={() => void cancel(enrolment.id)} />
            ))}
          </ul>
        </Section>
      </div>
    </Page>
  );
}

type State = "waiting" | "used" | "expired" | "cancelled";
const LOOKS: Readonly<Record<State, readonly [Tone, IconName]>> = {
  waiting: ["info", "clock"],
  used: ["ok", "ok"],
  expired: ["quiet", "never-seen"],
  cancelled: ["quiet", "retired"],
};

function stateOf({ usedAt, cancelledAt, expiresAt }: Enrolment): State {
  if (usedAt !== null) return "used";
  if (cancelledAt !== null) return "cancelled";
  return expiresAt <= now.value ? "expired" : "waiting";
}

function Line({ enrolment, onCancel }: { readonly enrolment: Enrolment; readonly onCancel: () => void }) {
  const { enrolment: words } = adminTexts.value;
  const state = stateOf(enrolment);
  const [tone, icon] = LOOKS[state];
  return (
    <li data-enrolment={enrolment.kiosk}>
      <span class="rows__main">
        <strong>{enrolment.place}</strong>
        <code>{enrolment.kiosk}</code>
        <span class="soft rows__whole">
          {words.by} {enrolment.by} · {dayTime(enrolment.createdAt)}
          {state === "waiting" && ` · ${words.validUntil.toLowerCase()} ${dayTime(enrolment.expiresAt)}`}
        </span>
      </span>
      <span class="rows__end">
        <Badge tone={tone} icon={icon}>
          {words.states[state]}
        </Badge>
        {state === "waiting" && can("cancelEnrolment") && (
          <button
            type="button"
            class="button button--small"
            aria-label={words.cancelFor(enrolment.kiosk)}
            onClick={onCancel}
          >
            {words.cancelIt}
          </button>
        )}
      </span>
    </li>
  );
}
