import type { DeviceDescription, Json } from "../../simulators/operator.ts";

/** Listens to the devices; `onDevice` is called for each at once and again at each change. */
export function watchDevices(
  onDevice: (device: DeviceDescription) => void,
  onConnected: (connected: boolean) => void,
): void {
  const events = new EventSource("/api/events");
  events.addEventListener("open", () => onConnected(true));
  events.addEventListener("error", () => onConnected(false));
  events.addEventListener("message", ({ data }) => onDevice(JSON.parse(data) as DeviceDescription));
}

export async function links(): Promise<Record<string, string>> {
  return (await fetch("/api/links")).json();
}

/** Does one thing to a device; resolves with the server's sentence when it refused. */
export async function act(
  device: string,
  action: string,
  parameters: Record<string, Json>,
): Promise<string | undefined> {
  const answer = await fetch(`/api/devices/${device}/actions/${action}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(parameters),
  });
  if (answer.ok) return undefined;
  return ((await answer.json()) as { message: string }).message;
}

/** @param version makes the browser fetch again what has changed under the same name. */
export function pictureUrl(device: string, { name, version }: { name: string; version: string }): string {
  return `/api/devices/${device}/pictures/${encodeURIComponent(name)}?version=${encodeURIComponent(version)}`;
}
