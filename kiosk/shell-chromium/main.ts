import { createProcessLogger } from "../../base/node/log.ts";
import { createNotifier } from "../../base/node/sd-notify.ts";
import { systemClock } from "../../base/node/system-clock.ts";
import { startChromium } from "./chromium.ts";
import { readOptions } from "./options.ts";
import { askShells, PageWatch } from "./page-watch.ts";
import { supervise } from "./supervisor.ts";

const say = (line: string) => void process.stdout.write(`${line}\n`);
const log = createProcessLogger("shell");

/** @returns the exit status: 0 stopped or nothing to show on, 1 crash loop, 64 bad usage or no browser. */
async function main(): Promise<number> {
  const options = readOptions(process.argv.slice(2), process.env);
  if (!options.ok) {
    log("shell.refused-start", { code: options.error.code, detail: options.error.message });
    return 64;
  }
  const { headless, address } = options.value;
  if (!headless && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY) {
    say(`shell no display here: open ${address}`);
    return 0;
  }
  const root = process.getuid?.() === 0;
  say(`shell shows ${address}${root ? " (as root, so without Chromium's sandbox: for development only)" : ""}`);

  const stop = new AbortController();
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => stop.abort());
  const notifier = createNotifier({ clock: systemClock });
  // This loop lives; whether the page does is the watch's matter.
  notifier.watch(() => true);
  const { pageWithin: within } = options.value;
  const watch = new PageWatch({ shells: (signal) => askShells(address, signal), within, clock: systemClock });
  const ended = await supervise(
    {
      start: () => {
        const run = startChromium(options.value, root, systemClock);
        notifier.ready();
        return run;
      },
      idle: (signal) => watch.gone(signal),
      sandbox: !root,
      clock: systemClock,
      random: Math.random,
      log,
    },
    stop.signal,
  );
  notifier.close();
  if (ended.ok) {
    log("process.stopped", { part: "shell", reason: "signal" });
    return 0;
  }
  say(`shell ${ended.error.message}. ${address} still works in any browser on this machine.`);
  return 1;
}

process.exitCode = await main();
