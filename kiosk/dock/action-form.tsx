import { useId, useState } from "preact/hooks";
import type { DeviceDescription, Json, OperatorParameter } from "../../simulators/operator.ts";
import { choiceName, type Language, TEXTS, word } from "./words.ts";

type Parameters = { readonly [name: string]: OperatorParameter };

type ActionFormProps = {
  readonly action: DeviceDescription["actions"][number];
  readonly language: Language;
  readonly run: (parameters: Record<string, Json>) => Promise<void>;
};

/** A button that does one thing. What can be chosen about it stands behind a second one; until then it is as usual. */
export function ActionForm({ action, language, run }: ActionFormProps) {
  const [open, setOpen] = useState(false);
  const id = useId();
  const label = action.label[language];
  const parameters = Object.entries(action.parameters);
  return (
    <form
      class={open ? "open" : ""}
      onSubmit={(event) => {
        event.preventDefault();
        void run(readParameters(new FormData(event.currentTarget), action.parameters));
      }}
    >
      <div class="fields" id={id} hidden={!open}>
        {parameters.map(([name, parameter]) => (
          <Field key={name} name={name} parameter={parameter} label={word(name, language)} language={language} />
        ))}
      </div>
      <div class="buttons">
        <button type="submit">{label}</button>
        {parameters.length > 0 && (
          <button
            type="button"
            class="options"
            aria-expanded={open}
            aria-controls={id}
            aria-label={`${TEXTS[language].options} «${label}»`}
            onClick={() => setOpen(!open)}
          >
            {open ? "▴" : "▾"}
          </button>
        )}
      </div>
    </form>
  );
}

type FieldProps = {
  readonly name: string;
  readonly parameter: OperatorParameter;
  readonly label: string;
  readonly language: Language;
};

function Field({ name, parameter: { kind, initial, choices }, label, language }: FieldProps) {
  const id = useId();
  const text = initial === undefined || initial === null ? "" : String(initial);
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {kind === "choice" && (
        <select id={id} name={name}>
          {(choices ?? []).map((choice) => (
            <option key={choice} value={choice} selected={choice === text}>
              {choiceName(choice, language)}
            </option>
          ))}
        </select>
      )}
      {kind === "flag" && <input id={id} type="checkbox" name={name} defaultChecked={initial === true} />}
      {kind === "number" && <input id={id} type="number" name={name} defaultValue={text} />}
      {kind === "text" && <input id={id} name={name} defaultValue={text} />}
    </div>
  );
}

function readParameters(form: FormData, declared: Parameters): Record<string, Json> {
  const parameters: Record<string, Json> = {};
  for (const [name, { kind }] of Object.entries(declared)) {
    const raw = form.get(name);
    if (kind === "flag") parameters[name] = raw !== null;
    else if (typeof raw === "string" && raw !== "") parameters[name] = kind === "number" ? Number(raw) : raw;
  }
  return parameters;
}
