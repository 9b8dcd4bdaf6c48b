import { silentLogger } from "../../base/log.ts";
import { systemClock } from "../../base/node/system-clock.ts";
import { openHidPos } from "../code-reader/hid-pos/channel.ts";
import { HID_POS_MODELS } from "../code-reader/hid-pos/report.ts";
import { DEFAULT_BAUD_RATE, SerialScanner } from "../code-reader/serial-scanner/driver.ts";
import type { OpenChannel } from "../transport/byte-channel.ts";
import { hidReports } from "../transport/hid.ts";
import { listenOnlyChannel } from "../transport/listen-only.ts";
import type { CliContext, CliKind, CliOutcome } from "./kind.ts";

/** Somebody stands there and scans; `--timeout` and Ctrl-C end it sooner. One day, milliseconds. */
const WITHIN = 86_400_000;

export const codeReaderCli: CliKind = {
  kind: "code-reader",
  models: ["serial-scanner", ...Object.keys(HID_POS_MODELS)],
  defaultModel: "serial-scanner",
  commands: {
    read: {
      summary: "wait for one code, and say what it says; from a serial line it is ended by CR or LF",
      options: {
        baud: {
          meaning: `line speed of a serial scanner, 8N1; ${DEFAULT_BAUD_RATE} when left out`,
          number: { min: 300, max: 4_000_000 },
        },
      },
      run: read,
    },
  },
};

function opener({ model, port, options }: CliContext): OpenChannel {
  const quirks = Object.entries(HID_POS_MODELS).find(([name]) => name === model)?.[1];
  if (quirks !== undefined) return openHidPos(hidReports({ path: port }, systemClock), quirks);
  const baudRate = typeof options.baud === "string" ? Number(options.baud) : DEFAULT_BAUD_RATE;
  return listenOnlyChannel({ path: port, baudRate }, systemClock);
}

async function read(context: CliContext): Promise<CliOutcome> {
  const { model, port, signal, event } = context;
  const scanner = new SerialScanner({
    ...{ id: port, model, open: opener(context) },
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
