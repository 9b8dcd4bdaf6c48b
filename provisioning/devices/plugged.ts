import { readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { idSerialOf, type Sighting } from "../../base/devices/sighting.ts";
import { readHidUse } from "./report-descriptor.ts";
import type { Root } from "./root.ts";
import { type Suggestion, suggest } from "./suggestions.ts";

export const PLUGGED_CLASSES = ["serial", "hid", "usb-printer", "card-reader"] as const;

/** What the USB bus tells of a device. */
export type UsbIdentity = {
  /** Four hexadecimal digits, lower case. */
  readonly vendor: string;
  readonly product: string;
  readonly serial: string | null;
  readonly manufacturer: string | null;
  readonly name: string | null;
  /** Number of the interface, hexadecimal as the kernel writes it. */
  readonly interface: string | null;
  /** Bus and ports that the plug is in, e.g. `1-1.4`. */
  readonly socket: string;
};

/** Something that is plugged into this machine, found without opening it. */
export type PluggedDevice = {
  readonly class: (typeof PLUGGED_CLASSES)[number];
  /** Device file, e.g. `/dev/ttyACM0`; of what has none, its place on the bus. */
  readonly path: string;
  readonly byId: string | null;
  readonly byPath: string | null;
  /** Links in `/dev/ventanilla`. */
  readonly names: readonly string[];
  readonly usb: UsbIdentity | null;
  /** Kernel driver. */
  readonly driver: string | null;
  /** What tells it from its like: vendor, product and serial number, or the socket where there is no serial number. */
  readonly identity: string;
  /** A hint from what it says of itself; proves nothing. */
  readonly suggestion: Suggestion | null;
};

/** Everything that a kiosk's device may be, in the order of classes and names. */
export function listPlugged(root: Root): PluggedDevice[] {
  return withoutTwins([...serialPorts(root), ...hidDevices(root), ...usbInterfaces(root)]);
}

/** Makers give one serial number to many devices: one that two of them have tells nothing. */
function withoutTwins(devices: readonly PluggedDevice[]): PluggedDevice[] {
  return devices.map((device) => {
    const alone = devices.every((other) => other === device || other.identity !== device.identity);
    if (alone || device.usb === null) return device;
    const usb = { ...device.usb, serial: null };
    return { ...device, usb, byId: null, identity: identityOf({ ...device, usb }) };
  });
}

function serialPorts(root: Root): PluggedDevice[] {
  const [byId, byPath, names] = ["/dev/serial/by-id", "/dev/serial/by-path", "/dev/ventanilla"].map((folder) =>
    linksOf(root, folder),
  );
  return root.list("/sys/class/tty").flatMap((tty) => {
    const device = root.real(`/sys/class/tty/${tty}/device`);
    if (device === undefined || !root.exists(`/dev/${tty}`)) return [];
    const usb = usbOf(device);
    // A port of the board counts when the kernel found a chip behind it: type 0 is a number without hardware.
    if (usb === null && (!/^tty[A-Z]+\d+$/.test(tty) || (root.text(`/sys/class/tty/${tty}/type`) ?? "0") === "0"))
      return [];
    const path = `/dev/${tty}`;
    const links = { byId: byId?.get(tty)?.[0] ?? null, byPath: byPath?.get(tty)?.[0] ?? null };
    return [finish(root, { class: "serial", path, ...links, names: names?.get(tty) ?? [], usb, at: device })];
  });
}

function hidDevices(root: Root): PluggedDevice[] {
  return root.list("/sys/class/hidraw").flatMap((name) => {
    const device = root.real(`/sys/class/hidraw/${name}/device`);
    if (device === undefined || !root.exists(`/dev/${name}`)) return [];
    const links = { byId: null, byPath: null, names: [] };
    return [finish(root, { class: "hid", path: `/dev/${name}`, ...links, usb: usbOf(device), at: device })];
  });
}

/** USB interface classes (usb.org): 07 printer, 0b smart card. */
const INTERFACE_CLASSES: Readonly<Record<string, "usb-printer" | "card-reader">> = {
  "07": "usb-printer",
  "0b": "card-reader",
};

function usbInterfaces(root: Root): PluggedDevice[] {
  return root.list("/sys/bus/usb/devices").flatMap((name) => {
    const kind = INTERFACE_CLASSES[root.text(`/sys/bus/usb/devices/${name}/bInterfaceClass`) ?? ""];
    const device = root.real(`/sys/bus/usb/devices/${name}`);
    if (kind === undefined || device === undefined) return [];
    const [node] = root.list(`/sys/bus/usb/devices/${name}/usbmisc`);
    const path = node === undefined ? `usb ${name}` : `/dev/usb/${node}`;
    return [finish(root, { class: kind, path, byId: null, byPath: null, names: [], usb: usbOf(device), at: device })];
  });
}

type Found = Omit<PluggedDevice, "driver" | "identity" | "suggestion"> & { readonly at: string };

function finish(root: Root, { at, ...found }: Found): PluggedDevice {
  const inside = at.slice(root.real("/")?.replace(/\/$/, "").length ?? 0);
  const suggestion = suggest(sightingOf(root, inside, found));
  return { ...found, driver: driverOf(root, inside), identity: identityOf(found), suggestion };
}

/** What it shows of itself, as the table of fingerprints knows it. @param inside its place in sysfs. */
function sightingOf(root: Root, inside: string, { class: bus, usb, byId }: Omit<Found, "at">): Sighting {
  const ids = usb === null ? {} : { vendor: usb.vendor, product: usb.product };
  if (bus === "card-reader") return { bus, ...ids };
  if (bus === "usb-printer") {
    const ieee1284 = root.text(`${inside}/ieee1284_id`);
    return { bus, ...ids, ...(ieee1284 === undefined ? {} : { ieee1284 }) };
  }
  if (bus === "hid") return { bus, ...ids, ...readHidUse(root.bytes(`${inside}/report_descriptor`) ?? NOTHING) };
  const idSerial = byId === null ? undefined : idSerialOf(byId);
  return { bus, ...ids, ...(idSerial === undefined ? {} : { idSerial }) };
}

const NOTHING = new Uint8Array();

/** The driver of the device or of the nearest thing above it that has one. */
function driverOf(root: Root, device: string): string | null {
  for (const at of [device, dirname(device)]) {
    const name = root.linkName(`${at}/driver`);
    if (name !== undefined) return name;
  }
  return null;
}

function identityOf({ usb, path }: Pick<Found, "usb" | "path">): string {
  if (usb === null) return path;
  const part = usb.interface === null || usb.interface === "00" ? "" : ` interface ${usb.interface}`;
  const tells = usb.serial === null ? `usb ${usb.socket}` : `serial ${usb.serial}`;
  return `${usb.vendor}:${usb.product} ${tells}${part}`;
}

/** Goes up the device's path to the USB device that it is a part of. @param device real path in sysfs. */
function usbOf(device: string): UsbIdentity | null {
  let number: string | null = null;
  for (let at = device; at.length > 1 && at !== dirname(at); at = dirname(at)) {
    number ??= attribute(at, "bInterfaceNumber");
    const [vendor, product] = [attribute(at, "idVendor"), attribute(at, "idProduct")];
    if (vendor === null || product === null) continue;
    const [serial, manufacturer, name] = ["serial", "manufacturer", "product"].map((file) => attribute(at, file));
    return {
      ...{ vendor: vendor.toLowerCase(), product: product.toLowerCase(), serial: serial ?? null },
      ...{ manufacturer: manufacturer ?? null, name: name ?? null, interface: number, socket: basename(at) },
    };
  }
  return null;
}

function attribute(folder: string, file: string): string | null {
  try {
    return readFileSync(join(folder, file), "utf8").trim() || null;
  } catch {
    return null;
  }
}

/** Links of a folder by the name of the device file that they lead to. */
function linksOf(root: Root, folder: string): Map<string, string[]> {
  const links = new Map<string, string[]>();
  for (const name of root.list(folder)) {
    const target = root.linkName(`${folder}/${name}`);
    if (target !== undefined) links.set(target, [...(links.get(target) ?? []), `${folder}/${name}`]);
  }
  return links;
}

/**
 * The name under which a configuration knows a port: by the device's own serial number where it has one, so that it may
 * change its socket; else by the socket; else the device file.
 */
export function stablePort({ byId, byPath, path, usb }: PluggedDevice): string {
  return (usb?.serial === null ? null : byId) ?? byPath ?? path;
}

/** The plugged device that a technician means: by device file, a link to it, or its identity. */
export function findPlugged(plugged: readonly PluggedDevice[], meant: string): PluggedDevice | undefined {
  return plugged.find(
    (device) =>
      [device.path, device.byId, device.byPath, ...device.names, device.identity].includes(meant) ||
      basename(device.path) === meant,
  );
}
