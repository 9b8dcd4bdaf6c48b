import { existsSync, statfsSync } from "node:fs";
import { dirname } from "node:path";
import { coded } from "../../base/registry/coded-error.ts";
import type { Root } from "../devices/root.ts";
import { plain } from "../text.ts";
import { type Check, type Finding, fail, notRun, pass } from "./check.ts";
import { connectedScreens } from "./screens.ts";

/** Bytes that must be free for updates: two releases and their download. */
const FREE_DISK = 2 * 1024 ** 3;
/** Bytes of memory that a kiosk needs in all; the kernel keeps some of 2 GB for itself. */
const MEMORY = 1_700 * 1024 ** 2;
/** Part by which a screen may differ from what is configured: makers write sizes in whole centimetres. */
const SCREEN_TOLERANCE = 0.05;

export type MachineChecksOptions = {
  readonly root: Root;
  /** Directory whose disk the kiosk writes to. */
  readonly data: string;
  /** Millimetres; as configured. */
  readonly screenWidth: number;
};

/** What vsmartcard's virtual reader puts beside PC/SC's real ones. Its port is open to the whole network as soon as pcscd starts. */
const VIRTUAL_READER = ["/etc/reader.conf.d/vpcd", "/usr/lib/pcsc/drivers/serial/libifdvpcd.so"] as const;

/** Disk, memory, screen, and that no reader is there that cards can be made up for. */
export function machineChecks({ root, data, screenWidth }: MachineChecksOptions): Check[] {
  return [
    { check: "machine.disk", title: { es: "Disco", en: "Disk" }, run: async () => disk(root, data) },
    { check: "machine.memory", title: { es: "Memoria", en: "Memory" }, run: async () => memory(root) },
    { check: "machine.screen", title: { es: "Pantalla", en: "Screen" }, run: async () => screen(root, screenWidth) },
    {
      check: "machine.card-readers",
      title: { es: "Lectores de tarjetas", en: "Card readers" },
      run: async () => cardReaders(root),
    },
  ];
}

function disk(root: Root, data: string): Finding {
  const sick = root
    .list("/sys/fs/ext4")
    .filter((name) => Number(root.text(`/sys/fs/ext4/${name}/errors_count`) ?? "0") > 0);
  if (sick.length > 0) return fail(coded("readiness.disk-damaged", sick.join(", ")));
  let at = root.path(data);
  while (!existsSync(at)) at = dirname(at);
  const { bavail, bsize } = statfsSync(at);
  const free = bavail * bsize;
  return free < FREE_DISK
    ? fail(coded("readiness.disk-low", `${gigabytes(free)} free of the ${gigabytes(FREE_DISK)} needed, ${data}`))
    : pass({ es: `${gigabytes(free)} libres, sin errores`, en: `${gigabytes(free)} free, no errors` });
}

function memory(root: Root): Finding {
  const [, kilobytes] = /^MemTotal:\s+(\d+) kB$/m.exec(root.text("/proc/meminfo") ?? "") ?? [];
  if (kilobytes === undefined)
    return notRun({ es: "el sistema no dice cuánta", en: "the system does not tell how much" });
  const bytes = Number(kilobytes) * 1024;
  return bytes < MEMORY
    ? fail(coded("readiness.memory-low", `${gigabytes(bytes)} of the ${gigabytes(MEMORY)} needed`))
    : pass(plain(gigabytes(bytes)));
}

function screen(root: Root, width: number): Finding {
  const screens = connectedScreens(root);
  const [first] = screens;
  if (screens.length === 0)
    return root.list("/sys/class/drm").some((name) => /^card\d+-/.test(name))
      ? fail(coded("readiness.screen-absent"))
      : notRun({ es: "el sistema no dice qué pantalla hay", en: "the system does not tell which screen there is" });
  if (screens.length > 1)
    return fail(
      coded("readiness.screen-differs", `${screens.length} screens: ${screens.map(({ name }) => name).join(", ")}`),
    );
  const { name = "", mode = "", millimetres } = first ?? {};
  if (millimetres == null)
    return pass({ es: `${name} ${mode}; no dice su tamaño`, en: `${name} ${mode}; it does not tell its size` });
  const near = millimetres.some((side) => Math.abs(side - width) <= width * SCREEN_TOLERANCE);
  const size = `${name} ${mode}, ${millimetres.join(" × ")} mm`;
  return near ? pass(plain(size)) : fail(coded("readiness.screen-differs", `${size}; configured: ${width} mm wide`));
}

function cardReaders(root: Root): Finding {
  const found = VIRTUAL_READER.filter((path) => root.exists(path));
  if (found.length > 0) return fail(coded("readiness.virtual-reader", found.join(", ")));
  return pass({ es: "ninguno virtual", en: "no virtual one" });
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1024 ** 3).toFixed(1)} GB`;
}
