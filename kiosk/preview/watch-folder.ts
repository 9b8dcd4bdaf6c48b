import { watch } from "node:fs";
import type { Clock, Timer } from "../../base/clock.ts";

/** An editor writes a file in several strokes, milliseconds. */
const STROKES = 120;

/** Calls `changed` when a definition's file in `folder` was written, made or removed. Returns how to stop. */
export function watchFolder(folder: string, clock: Clock, changed: () => void): () => void {
  let timer: Timer | undefined;
  const watcher = watch(folder, (_event, name) => {
    if (name !== null && !name.endsWith(".yaml")) return;
    timer?.cancel();
    timer = clock.setTimeout(changed, STROKES);
  });
  // The folder itself is gone: there is nothing more to watch, and what was shown stays.
  watcher.on("error", () => watcher.close());
  return () => {
    timer?.cancel();
    watcher.close();
  };
}
