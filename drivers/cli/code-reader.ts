import { silentLogger } from "../../base/log.ts";
import { systemClock } from "../../base/node/system-clock.ts";
import { DEFAULT_BAUD_RATE, SerialScanner } from "../code-reader/serial-scanner/driver.ts";
import { listenOnlyChannel } from "../transport/listen-only.ts";
import type { CliContext, CliKind, CliOutcome } from "./kind.ts";

/** Somebody stands there and scans; `--timeout` and Ctrl-C end it sooner. One day, milliseconds. */
const WITHIN = 86_400_000;

export const codeReaderCli: CliKind = {
  kind: "code-reader",
  models: ["serial-scanner"],
  defaultModel: "serial-scanner",
  commands: {
    read: {
      summary: "wait for one code, ended by CR or LF, and say what it says",
      options: {
        baud: { meaning: `line speed, 8N1; ${DEFAULT_BAUD_RATE} when left out`, number: { min: 300, max: 4_000_000 } },
      },
      run: read,
    },
  },
};

async function read({ port, options, signal, event }: CliContext): Promise<CliOutcome> {
  const baudRate = typeof options.baud === "string" ? Number(options.baud) : DEFAULT_BAUD_RATE;
  const scanner = new SerialScanner({
    id: port,
    open: listenOnlyChannel({ path: port, baudRate }, systemClock),
    clock: systemClock,
    random: Math.random,
    log: silentLogger,
  });
  let link = scanner.status.value.link;
  const unsubscribe = scanner.status.subscribe((status) => {
    if (status.link === link) return;
    link = status.link;
    event({ device: port, link });
  });
  // Before the port opens: what is scanned in the meantime is for us.
  const reading = scanner.read({ signal, within: WITHIN });
  scanner.start();
  const outcome = await reading;
  unsubscribe();
  await scanner.stop();
  return outcome.outcome === "ok" ? { outcome: "ok", result: { ...outcome.value } } : outcome;
}
