import { listPlugged, type PluggedDevice, stablePort } from "../devices/plugged.ts";
import type { ConfiguredDevice } from "../kiosk-files.ts";
import type { Text } from "../text.ts";
import type { Context } from "./context.ts";

/** Shows what is plugged in, what it is bound to, and what is missing. @returns the exit status. */
export function listDevices({ root, say, give, files }: Context): number {
  const plugged = listPlugged(root);
  const kiosk = files.kiosk();
  const configured = kiosk.ok ? kiosk.value.devices : [];
  const boundTo = (device: PluggedDevice) => {
    const real = root.real(device.path);
    return configured.find(({ port }) => real !== undefined && root.real(port) === real);
  };
  give(plugged.map((device) => ({ ...device, port: stablePort(device), boundTo: boundTo(device)?.id ?? null })));
  if (plugged.length === 0)
    say({ es: "No hay nada enchufado que sirva a un tótem.", en: "Nothing of use to a kiosk is plugged in." });
  for (const device of plugged) for (const line of describe(device, boundTo(device))) say(line);
  for (const { id, port } of configured.filter((device) => !root.exists(device.port)))
    say({
      es: `✗ «${id}» está configurado en ${port}, y ahí no hay nada.`,
      en: `✗ “${id}” is configured at ${port}, and nothing is there.`,
    });
  return 0;
}

const CLASSES: Readonly<Record<PluggedDevice["class"], Text>> = {
  serial: { es: "puerto serie", en: "serial port" },
  hid: { es: "dispositivo HID", en: "HID device" },
  "usb-printer": { es: "impresora USB", en: "USB printer" },
  "card-reader": { es: "lector de tarjetas con chip", en: "chip card reader" },
};

function describe(device: PluggedDevice, bound: ConfiguredDevice | undefined): (Text | string)[] {
  const { path, usb, suggestion, identity } = device;
  const named = [usb?.manufacturer, usb?.name].filter((part) => part).join(" ");
  const name = named === "" ? "" : ` · ${named}`;
  const use = bound === undefined ? { es: "libre", en: "free" } : { es: `es «${bound.id}»`, en: `is “${bound.id}”` };
  const { es, en } = CLASSES[device.class];
  return [
    { es: `${path} · ${es}${name} · ${use.es}`, en: `${path} · ${en}${name} · ${use.en}` },
    `    ${identity}`,
    `    ${stablePort(device)}`,
    ...(suggestion === null
      ? []
      : [{ es: `    parece: ${suggestion.looksLike}`, en: `    looks like: ${suggestion.looksLike}` }]),
  ];
}
