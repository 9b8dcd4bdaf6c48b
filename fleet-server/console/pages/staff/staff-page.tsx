import { useState } from "preact/hooks";
import type { z } from "zod";
import { ROLES, type Role, staffListSchema, staffSchema } from "../../../api/contract/access.ts";
import { call } from "../../api/client.ts";
import type { Problem } from "../../api/problem.ts";
import { useResource } from "../../api/resource.ts";
import { can, session } from "../../api/session.ts";
import { announce } from "../../components/announcer.tsx";
import { Loading, Page } from "../../components/page.tsx";
import { ProblemNote } from "../../components/problem-note.tsx";
import { Section } from "../../components/section.tsx";
import { Since } from "../../components/since.tsx";
import { Badge } from "../../components/state.tsx";
import { adminTexts } from "../../texts/admin-texts.ts";
import { t } from "../../texts/texts.ts";
import { NewStaffForm } from "./new-staff-form.tsx";
import { ResetDialog } from "./reset-dialog.tsx";
import "./staff.css";

type Member = z.infer<typeof staffSchema>;

/** Who may use the console, and as what. */
export function StaffPage() {
  const list = useResource(
    "staff",
    (signal) => call("staff", { answer: staffListSchema, signal }),
    () => false,
  );
  const [problem, setProblem] = useState<Problem>();
  const { staff: words } = adminTexts.value;
  const { saved } = t.value;
  const change = async (id: string, body: { readonly roles?: readonly Role[]; readonly disabled?: boolean }) => {
    const result = await call("changeStaff", { path: { staff: id }, body, answer: staffSchema });
    setProblem(result.ok ? undefined : result.error);
    if (result.ok) announce(saved);
    list.refresh();
  };
  return (
    <Page title={words.title} lead={words.lead}>
      <div class="staff">
        <Section title={words.title}>
          <ProblemNote problem={problem ?? list.problem} retry={list.refresh} staleSince={list.at} />
          {!list.data && !list.problem && <Loading />}
          <ul class="rows">
            {list.data?.staff.map((member) => (
              <MemberLine key={member.id} member={member} change={(body) => void change(member.id, body)} />
            ))}
          </ul>
        </Section>
        {can("newStaff") && <NewStaffForm onAdded={list.refresh} />}
      </div>
    </Page>
  );
}

function MemberLine({
  member,
  change,
}: {
  readonly member: Member;
  readonly change: (body: { readonly roles?: readonly Role[]; readonly disabled?: boolean }) => void;
}) {
  const { staff: words } = adminTexts.value;
  const { roles: roleWords, kiosks } = t.value;
  const [resetting, setResetting] = useState(false);
  const own = member.id === session.value?.staff;
  const fixed = own || member.source === "oidc" || !can("changeStaff");
  return (
    <li data-staff={member.id}>
      <span class="rows__main">
        <strong>{member.name}</strong>
        {own && <span class="soft">({words.you})</span>}
        <Badge tone={member.disabled ? "quiet" : "ok"} icon={member.disabled ? "retired" : "ok"}>
          {member.disabled ? words.disabled : words.active}
        </Badge>
        <span class="soft rows__whole">
          {words.sources[member.source]} · {words.lastSeen}{" "}
          {member.lastSeen === null ? kiosks.never.toLowerCase() : <Since at={member.lastSeen} />}
        </span>
      </span>
      <fieldset class="roles">
        <legend class="unseen">{words.rolesOf(member.name)}</legend>
        {ROLES.map((role) => {
          const has = member.roles.includes(role);
          const next = has ? member.roles.filter((each) => each !== role) : [...member.roles, role];
          return (
            <label key={role} class="check">
              <input
                type="checkbox"
                checked={has}
                disabled={fixed || (has && next.length === 0)}
                onChange={() => change({ roles: next })}
              />
              {roleWords[role]}
            </label>
          );
        })}
      </fieldset>
      {!own && can("changeStaff") && (
        <span class="rows__end">
          {member.source === "local" && (
            <button
              type="button"
              class="button button--small"
              aria-label={words.resetFor(member.name)}
              onClick={() => setResetting(true)}
            >
              {words.reset}
            </button>
          )}
          <button
            type="button"
            class="button button--small"
            aria-label={member.disabled ? words.enableIt(member.name) : words.disableIt(member.name)}
            onClick={() => change({ disabled: !member.disabled })}
          >
            {member.disabled ? words.enable : words.disable}
          </button>
        </span>
      )}
      {resetting && <ResetDialog member={member} onClose={() => setResetting(false)} />}
    </li>
  );
}
