import {
  type FSWatcher,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  watch,
} from "node:fs";
import { dirname, join } from "node:path";

/** Where the kernel lists the nodes that a driver may open, and where those nodes are. */
const CLASSES = [
  { folder: "/sys/class/tty", node: /^tty(?:ACM|USB)\d+$/, under: "/dev", suffix: "" },
  { folder: "/sys/class/usbmisc", node: /^lp\d+$/, under: "/dev/usb", suffix: "" },
  { folder: "/sys/class/hidraw", node: /^hidraw\d+$/, under: "/dev", suffix: "" },
  { folder: "/sys/class/input", node: /^event\d+$/, under: "/dev/input", suffix: "-keys" },
] as const;
export const LINKS = "/dev/ventanilla";

/**
 * Gives each USB device a name that does not change, by its serial number: what udev does on a kiosk. A device that comes back while
 * somebody holds its old node gets another one.
 */
export class DeviceNames {
  readonly #targets = new Map<string, string>();
  readonly #watched = new Map<string, { readonly folder: number; readonly watcher: FSWatcher }>();

  constructor() {
    mkdirSync(LINKS, { recursive: true });
    this.#refresh();
  }

  close(): void {
    for (const { watcher } of this.#watched.values()) watcher.close();
  }

  /** When the kernel made the node that now bears the name, milliseconds since the epoch; `undefined` while there is none. */
  enumeratedAt(name: string): number | undefined {
    try {
      return statSync(join(LINKS, name)).birthtimeMs;
    } catch {
      return undefined;
    }
  }

  /** What bears the name now. */
  node(name: string): string | undefined {
    return this.#targets.get(name);
  }

  #refresh(): void {
    for (const folder of ["/dev", "/dev/usb", "/dev/input"]) this.#watch(folder);
    const found = new Map(CLASSES.flatMap((each) => this.#named(each)));
    for (const [name, target] of found) if (this.#targets.get(name) !== target) this.#link(name, target);
    for (const name of [...this.#targets.keys()])
      if (!found.has(name)) {
        this.#targets.delete(name);
        rmSync(join(LINKS, name), { force: true });
      }
  }

  /** A folder goes with the last device in it, and comes back as another one. */
  #watch(folder: string): void {
    const now = statSync(folder, { throwIfNoEntry: false })?.ino;
    const before = this.#watched.get(folder);
    if (now === before?.folder) return;
    before?.watcher.close();
    this.#watched.delete(folder);
    if (now !== undefined) this.#watched.set(folder, { folder: now, watcher: watch(folder, () => this.#refresh()) });
  }

  #named({ folder, node, under, suffix }: (typeof CLASSES)[number]): [string, string][] {
    return entries(folder)
      .filter((name) => node.test(name))
      .flatMap((name) => {
        const serial = serialNumber(join(folder, name));
        return serial === undefined ? [] : [[serial + suffix, join(under, name)] as [string, string]];
      });
  }

  #link(name: string, target: string): void {
    const fresh = join(LINKS, `.${name}`);
    rmSync(fresh, { force: true });
    symlinkSync(target, fresh);
    renameSync(fresh, join(LINKS, name));
    this.#targets.set(name, target);
  }
}

function entries(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** Of the USB device that a class entry hangs below. It may vanish while it is looked at. */
function serialNumber(entry: string): string | undefined {
  try {
    for (let folder = realpathSync(join(entry, "device")); folder !== "/sys/devices"; folder = dirname(folder))
      if (entries(folder).includes("serial")) return readFileSync(join(folder, "serial"), "utf8").trim();
  } catch {
    return undefined;
  }
  return undefined;
}
