/**
 * Calls `stop` once when the process is asked to end: Ctrl-C, a supervisor's SIGTERM, or the death of the parent that
 * started it with an IPC channel.
 */
export function onStop(stop: (reason: "SIGINT" | "SIGTERM" | "parent-gone") => void): void {
  let asked = false;
  const once = (reason: "SIGINT" | "SIGTERM" | "parent-gone") => {
    if (asked) return;
    asked = true;
    stop(reason);
  };
  process.on("SIGINT", () => once("SIGINT"));
  process.on("SIGTERM", () => once("SIGTERM"));
  process.on("disconnect", () => once("parent-gone"));
  // The parent may have died before anybody listened.
  if (process.send !== undefined && !process.connected) setImmediate(() => once("parent-gone"));
}
