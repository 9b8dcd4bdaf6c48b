import { ok } from "../../base/result.ts";
import { listPlugged, type PluggedDevice, stablePort } from "../devices/plugged.ts";
import type { ConfiguredDevice } from "../kiosk-files.ts";
import type { Text } from "../text.ts";
import type { Command, Context } from "./context.ts";

export const devicesCommand: Command = {
  summary: { es: "muestra qué hay enchufado y qué es cada cosa", en: "shows what is plugged in, and what is what" },
  usage: [],
  options: {},
  run: async (context) => {
    list(context);
    return ok(0);
  },
};

function list(context: Context): void {
  const { root, say, give, language, files } = context;
  const plugged = listPlugged(root);
  const kiosk = files.kiosk();
  const configured = kiosk.ok ? kiosk.value.devices : [];
  const boundTo = (device: PluggedDevice) =>
    configured.find(({ port }) => root.real(port) !== undefined && root.real(port) === root.real(device.path));
  give(plugged.map((device) => ({ ...device, port: stablePort(device), boundTo: boundTo(device)?.id ?? null })));
  if (plugged.length === 0)
    say({ es: "No hay nada enchufado que sirva a un tótem.", en: "Nothing of use to a kiosk is plugged in." });
  for (const device of plugged)
    for (const text of describe(device, boundTo(device))) say(typeof text === "string" ? text : text[language]);
  const absent = configured.filter(({ port }) => !root.exists(port));
  for (const { id, port } of absent)
    say({
      es: `✗ «${id}» está configurado en ${port}, y ahí no hay nada.`,
      en: `✗ “${id}” is configured at ${port}, and nothing is there.`,
    });
}

const CLASSES: Readonly<Record<PluggedDevice["class"], Text>> = {
  serial: { es: "puerto serie", en: "serial port" },
  hid: { es: "dispositivo HID", en: "HID device" },
  "usb-printer": { es: "impresora USB", en: "USB printer" },
  "card-reader": { es: "lector de tarjetas con chip", en: "chip card reader" },
};

function describe(device: PluggedDevice, bound: ConfiguredDevice | undefined): (Text | string)[] {
  const { usb, suggestion } = device;
  const named = [usb?.manufacturer, usb?.name].filter((part) => part).join(" ");
  const name = named === "" ? "" : ` · ${named}`;
  const looks =
    suggestion === null
      ? []
      : [{ es: `    parece: ${suggestion.looksLike}`, en: `    looks like: ${suggestion.looksLike}` }];
  const use = bound === undefined ? { es: "libre", en: "free" } : { es: `es «${bound.id}»`, en: `is “${bound.id}”` };
  return [
    {
      es: `${device.path} · ${CLASSES[device.class].es}${name} · ${use.es}`,
      en: `${device.path} · ${CLASSES[device.class].en}${name} · ${use.en}`,
    },
    `    ${device.identity}`,
    `    ${stablePort(device)}`,
    ...looks,
  ];
}
