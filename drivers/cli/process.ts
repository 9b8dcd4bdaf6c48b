import { systemClock } from "../../base/node/system-clock.ts";
import type { CliKind } from "./kind.ts";
import { KIND_NAMES, loadKind } from "./kinds.ts";
import { runCli } from "./run.ts";

/**
 * Runs the command line of this process and ends it with the exit status.
 *
 * @param adapt for a place where a kind has more to offer than on a kiosk.
 */
export async function runDriver(adapt: (kind: CliKind) => CliKind = (kind) => kind): Promise<void> {
  // The reader of a pipe may leave first (`| head`); then there is nobody to tell.
  process.stdout.on("error", () => {});
  const status = await runCli(process.argv.slice(2), {
    kinds: KIND_NAMES,
    loadKind: async (name) => adapt(await loadKind(name)),
    clock: systemClock,
    out: (text) => process.stdout.write(text),
    complain: (text) => process.stderr.write(text),
    onStop: (stop) => {
      for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, stop);
    },
  });
  // At once, whatever a device still holds open, but not before all that was written has left the process.
  process.stdout.write("", () => process.exit(status));
}
