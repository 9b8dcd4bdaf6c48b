/** The operator API as the dock sees it; `simulators/operator-server.ts` is the other side. */
export type Value = null | boolean | number | string | readonly Value[] | { readonly [key: string]: Value };

export type Parameter = {
  readonly kind: "text" | "number" | "choice" | "flag";
  readonly choices?: readonly string[];
  readonly initial?: Value;
};

export type DockAction = {
  readonly name: string;
  readonly label: { readonly es: string; readonly en: string };
  readonly parameters: { readonly [name: string]: Parameter };
};

export type DockDevice = {
  readonly id: string;
  readonly kind: string;
  readonly model: string;
  readonly port: string;
  readonly state: Value;
  readonly actions: readonly DockAction[];
  readonly pictures: readonly string[];
};

/** Listens to the devices; `onDevice` is called for each at once and again at each change. */
export function watchDevices(onDevice: (device: DockDevice) => void, onConnected: (connected: boolean) => void): void {
  const events = new EventSource("/api/events");
  events.addEventListener("open", () => onConnected(true));
  events.addEventListener("error", () => onConnected(false));
  events.addEventListener("message", ({ data }) => onDevice(JSON.parse(data) as DockDevice));
}

export async function links(): Promise<Record<string, string>> {
  return (await fetch("/api/links")).json();
}

/** Does one thing to a device; resolves with the server's sentence when it refused. */
export async function act(
  device: string,
  action: string,
  parameters: Record<string, Value>,
): Promise<string | undefined> {
  const answer = await fetch(`/api/devices/${device}/actions/${action}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(parameters),
  });
  if (answer.ok) return undefined;
  return ((await answer.json()) as { message: string }).message;
}

export function pictureUrl(device: string, name: string): string {
  return `/api/devices/${device}/pictures/${encodeURIComponent(name)}`;
}
