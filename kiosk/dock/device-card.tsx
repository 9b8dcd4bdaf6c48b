import { useState } from "preact/hooks";
import { act, type DockAction, type DockDevice, type Parameter, pictureUrl, type Value } from "./api.ts";

export type Language = "es" | "en";

export function DeviceCard({ device, language }: { device: DockDevice; language: Language }) {
  const [refusal, setRefusal] = useState<string>();
  return (
    <section class="card" aria-labelledby={`device-${device.id}`}>
      <h2 id={`device-${device.id}`}>{device.id}</h2>
      <p class="model">
        {device.model} · <code>{device.port}</code>
      </p>
      <StateList state={device.state} />
      {refusal !== undefined && (
        <p class="refusal" role="alert">
          {refusal}
        </p>
      )}
      <div class="actions">
        {device.actions.map((action) => (
          <ActionForm
            key={action.name}
            action={action}
            label={action.label[language]}
            run={async (parameters) => setRefusal(await act(device.id, action.name, parameters))}
          />
        ))}
      </div>
      {device.pictures.length > 0 && (
        <div class="papers">
          {device.pictures.map((name) => (
            <img key={name} src={pictureUrl(device.id, name)} alt={name} title={name} />
          ))}
        </div>
      )}
    </section>
  );
}

function StateList({ state }: { state: Value }) {
  if (state === null || typeof state !== "object" || Array.isArray(state)) return <p>{show(state)}</p>;
  return (
    <dl class="state">
      {Object.entries(state).map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{show(value)}</dd>
        </div>
      ))}
    </dl>
  );
}

function show(value: Value): string {
  if (value === null) return "–";
  if (typeof value === "boolean") return value ? "●" : "○";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

type ActionFormProps = { action: DockAction; label: string; run: (parameters: Record<string, Value>) => Promise<void> };

function ActionForm({ action, label, run }: ActionFormProps) {
  const names = Object.keys(action.parameters);
  return (
    <form
      class={names.length > 0 ? "with-parameters" : ""}
      onSubmit={(event) => {
        event.preventDefault();
        void run(readParameters(new FormData(event.currentTarget), action.parameters));
      }}
    >
      {names.map((name) => {
        const parameter = action.parameters[name];
        return parameter && <Field key={name} name={name} parameter={parameter} />;
      })}
      <button type="submit">{label}</button>
    </form>
  );
}

function Field({ name, parameter }: { name: string; parameter: Parameter }) {
  const initial = parameter.initial === undefined || parameter.initial === null ? "" : String(parameter.initial);
  if (parameter.kind === "choice") {
    return (
      <select name={name} aria-label={name} defaultValue={initial}>
        {(parameter.choices ?? []).map((choice) => (
          <option key={choice} value={choice}>
            {choice}
          </option>
        ))}
      </select>
    );
  }
  if (parameter.kind === "flag")
    return <input type="checkbox" name={name} aria-label={name} defaultChecked={parameter.initial === true} />;
  if (parameter.kind === "number")
    return <input type="number" name={name} aria-label={name} placeholder={name} defaultValue={initial} />;
  return <input name={name} aria-label={name} placeholder={name} defaultValue={initial} />;
}

function readParameters(form: FormData, declared: { readonly [name: string]: Parameter }): Record<string, Value> {
  const parameters: Record<string, Value> = {};
  for (const [name, { kind }] of Object.entries(declared)) {
    const raw = form.get(name);
    if (kind === "flag") parameters[name] = raw !== null;
    else if (typeof raw === "string" && raw !== "") parameters[name] = kind === "number" ? Number(raw) : raw;
  }
  return parameters;
}
