import { useState } from "preact/hooks";
import type { DeviceDescription } from "../../simulators/operator.ts";
import { ActionForm } from "./action-form.tsx";
import { act } from "./api.ts";
import { Papers } from "./papers.tsx";
import { StateList } from "./state-list.tsx";
import { deviceName, type Language } from "./words.ts";

export function DeviceCard({ device, language }: { device: DeviceDescription; language: Language }) {
  const [refusal, setRefusal] = useState<string>();
  return (
    <article class="card" aria-labelledby={`device-${device.id}`} data-device={device.id}>
      <h3 id={`device-${device.id}`}>{deviceName(device.id, language)}</h3>
      <p class="model" title={device.port}>
        {device.model}
      </p>
      {device.problem !== undefined && <p class="problem">{device.problem[language]}</p>}
      <StateList state={device.state} language={language} />
      {device.pictures.length > 0 && <Papers device={device} language={language} />}
      <div class="actions">
        {device.actions.map((action) => (
          <ActionForm
            key={action.name}
            action={action}
            language={language}
            run={async (parameters) => setRefusal(await act(device.id, action.name, parameters))}
          />
        ))}
      </div>
      <p class="refusal" role="alert">
        {refusal}
      </p>
    </article>
  );
}
