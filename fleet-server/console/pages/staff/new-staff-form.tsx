import { useState } from "preact/hooks";
import { ROLES, type Role, staffSchema } from "../../../api/contract/access.ts";
import { call } from "../../api/client.ts";
import type { Problem } from "../../api/problem.ts";
import { announce } from "../../components/announcer.tsx";
import { Field, textOf } from "../../components/field.tsx";
import { Icon } from "../../components/icon.tsx";
import { ProblemNote } from "../../components/problem-note.tsx";
import { Section } from "../../components/section.tsx";
import { adminTexts } from "../../texts/admin-texts.ts";
import { t } from "../../texts/texts.ts";

export function NewStaffForm({ onAdded }: { readonly onAdded: () => void }) {
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const [roles, setRoles] = useState<readonly Role[]>(["viewer"]);
  const [problem, setProblem] = useState<Problem>();
  const { staff: words } = adminTexts.value;
  const { roles: roleWords } = t.value;
  const submit = async (event: Event) => {
    event.preventDefault();
    if (roles.length === 0) return;
    const result = await call("newStaff", { body: { name, password, roles }, answer: staffSchema });
    setProblem(result.ok ? undefined : result.error);
    if (!result.ok) return;
    announce(words.added(name));
    setName("");
    setPassword("");
    onAdded();
  };
  const toggle = (role: Role) =>
    setRoles(roles.includes(role) ? roles.filter((each) => each !== role) : [...roles, role]);
  return (
    <Section title={words.add}>
      <form class="form" onSubmit={(event) => void submit(event)}>
        <Field label={words.name}>
          <input required maxLength={100} autoComplete="off" value={name} onInput={(event) => setName(textOf(event))} />
        </Field>
        <Field label={words.password} hint={words.passwordHint}>
          <input
            type="password"
            required
            minLength={12}
            maxLength={200}
            autoComplete="new-password"
            value={password}
            onInput={(event) => setPassword(textOf(event))}
          />
        </Field>
        <fieldset class="roles">
          <legend>{words.roles}</legend>
          {ROLES.map((role) => (
            <label key={role} class="check">
              <input type="checkbox" checked={roles.includes(role)} onChange={() => toggle(role)} />
              {roleWords[role]}
            </label>
          ))}
          {roles.length === 0 && (
            <p class="note tone-warning" role="alert">
              {words.chooseRole}
            </p>
          )}
        </fieldset>
        <ProblemNote problem={problem} />
        <p class="form__ways">
          <button type="submit" class="button button--main" disabled={roles.length === 0}>
            <Icon name="plus" />
            {words.add}
          </button>
        </p>
      </form>
    </Section>
  );
}
