import { type FSWatcher, statSync, watch } from "node:fs";
import { basename, dirname, join, relative, sep } from "node:path";
import type { Unsubscribe } from "../../base/observable.ts";

/** Calls `listener` whenever the device may have been plugged in, until the returned function is called. */
export type HotPlug = (listener: () => void) => Unsubscribe;

/**
 * Watches for a device file or the link to it that configuration names (inotify through `fs.watch`; nothing is opened and nothing is
 * searched for). udev removes `/dev/serial/by-id` with its last link, so while the folder is missing the nearest one that is there is
 * watched, and the watch follows as folders appear.
 *
 * It is a notice, not a promise: a watch that the system refuses says nothing, and whoever waits goes on looking at intervals.
 *
 * @param path absolute; for anything else (an address, a reader's name) there is nothing to watch: `undefined`.
 */
export function watchDeviceFile(path: string): HotPlug | undefined {
  if (!path.startsWith("/")) return undefined;
  return (listener) => {
    const watching = new DeviceFileWatch(path, listener);
    watching.begin();
    return () => watching.end();
  };
}

class DeviceFileWatch {
  readonly #path: string;
  readonly #listener: () => void;
  #watcher: FSWatcher | undefined;
  #folder = "";

  constructor(path: string, listener: () => void) {
    this.#path = path;
    this.#listener = listener;
  }

  begin(): void {
    const folder = nearestFolder(dirname(this.#path));
    if (folder === this.#folder) return;
    this.end();
    this.#folder = folder;
    const [next = basename(this.#path)] = relative(folder, this.#path).split(sep);
    try {
      // Everything that happens in /dev comes by, so that only the one name is looked at.
      this.#watcher = watch(folder, (_event, name) => {
        if (name === next) this.#happened();
        // The folder itself went away: another one under its name has to be watched anew.
        else if (name === basename(folder)) this.#moved();
      });
      this.#watcher.on("error", () => this.end());
      this.#watcher.unref();
    } catch {
      // No watch is left, or the folder went away in between.
    }
  }

  end(): void {
    this.#watcher?.close();
    this.#watcher = undefined;
    this.#folder = "";
  }

  #moved(): void {
    this.end();
    this.#happened();
  }

  #happened(): void {
    this.begin();
    this.#listener();
  }
}

function nearestFolder(folder: string): string {
  return isFolder(folder) || folder === sep ? folder : nearestFolder(join(folder, ".."));
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}
