import type { Clock } from "../../base/clock.ts";
import { silentLogger } from "../../base/log.ts";
import { ok } from "../../base/result.ts";
import { openHidPos } from "../code-reader/hid-pos/channel.ts";
import { HID_POS_MODELS } from "../code-reader/hid-pos/report.ts";
import { CODE_READER_REDACTION } from "../code-reader/redaction.ts";
import { DEFAULT_BAUD_RATE, SerialScanner } from "../code-reader/serial-scanner/driver.ts";
import type { OpenChannel } from "../transport/byte-channel.ts";
import { hidReports } from "../transport/hid.ts";
import { listenOnlyChannel } from "../transport/listen-only.ts";
import { benchCommands, proved } from "./bench.ts";
import type { CliContext, CliKind, CliOutcome } from "./kind.ts";
import { reachOf } from "./reach.ts";

/** Somebody stands there and scans; `--timeout` and Ctrl-C end it sooner. One day, milliseconds. */
const WITHIN = 86_400_000;

/** That somebody has to scan something in an assembly check, milliseconds. */
const SCAN_WITHIN = 30_000;

const OPTIONS = {
  baud: {
    meaning: `line speed of a serial scanner, 8N1; ${DEFAULT_BAUD_RATE} when left out`,
    number: { min: 300, max: 4_000_000 },
  },
} as const;

export const codeReaderCli: CliKind = {
  kind: "code-reader",
  models: ["serial-scanner", ...Object.keys(HID_POS_MODELS)],
  elsewhere: Object.fromEntries(Object.keys(HID_POS_MODELS).map((model) => [model, "HID"])),
  defaultModel: "serial-scanner",
  portMeaning: "device file: a serial port, or /dev/hidraw… of a HID scanner",
  redaction: () => CODE_READER_REDACTION,
  commands: {
    read: {
      summary: "wait for one code, ended by CR or LF on a serial line, and say what it says",
      options: OPTIONS,
      run: read,
    },
    ...benchCommands({
      options: OPTIONS,
      device: (context) => ok(scannerOf(context)),
      proof: {
        what: "somebody scans a code",
        ask: "scan",
        // What was scanned may be somebody's card: only what kind of code it was is told.
        run: async (scanner, { signal }) =>
          proved(await scanner.read({ signal, within: SCAN_WITHIN }), ({ kind }) => `read a code (${kind})`),
      },
    }),
  },
};

/** A scanner of the model, over what its port is: a serial line or a HID device. */
function scannerOf(context: CliContext): SerialScanner {
  const { model, port } = context;
  const { clock, random, channel } = reachOf(context);
  return new SerialScanner({
    id: port,
    model,
    open: channel(opener(context, clock)),
    clock,
    random,
    log: silentLogger,
  });
}

function opener({ model, port, options }: CliContext, clock: Clock): OpenChannel {
  const quirks = Object.entries(HID_POS_MODELS).find(([name]) => name === model)?.[1];
  if (quirks !== undefined) return openHidPos(hidReports({ path: port }, clock), quirks);
  const baudRate = typeof options.baud === "string" ? Number(options.baud) : DEFAULT_BAUD_RATE;
  return listenOnlyChannel({ path: port, baudRate }, clock);
}

async function read(context: CliContext): Promise<CliOutcome> {
  const { port, signal, event } = context;
  const scanner = scannerOf(context);
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
