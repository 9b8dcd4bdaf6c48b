import { silentLogger } from "../../base/log.ts";
import type { Outcome } from "../../base/outcome.ts";
import { ok } from "../../base/result.ts";
import { SensorReader } from "../fingerprint-reader/driver.ts";
import { FINGERS } from "../fingerprint-reader/interface.ts";
import { SENSOR_REDACTION } from "../fingerprint-reader/redaction.ts";
import { SENSOR_SOCKET_MODEL, socketSensor } from "../fingerprint-reader/sensor-socket.ts";
import { framedReports } from "../transport/report-stream.ts";
import { tcpChannel } from "../transport/tcp.ts";
import { benchCommands, proved } from "./bench.ts";
import { type WatchedKind, withDevice } from "./device.ts";
import type { CliContext, CliKind, CliOutcome } from "./kind.ts";
import { reachOf } from "./reach.ts";

const MAX_ATTEMPTS = 10;
/** Somebody stands there; `--timeout` and Ctrl-C end it sooner. One day, milliseconds. */
const WITHIN = 86_400_000;
/** That somebody has to lay a finger on in an assembly check, milliseconds. */
const FINGER_WITHIN = 30_000;

const READER: WatchedKind<SensorReader> = {
  device: (context) => ok(readerOf(context)),
  describe: ({ capabilities }) => ({ ...capabilities }),
};

/** `npm run driver -- fingerprint-reader …`. Of a finger only its quality is ever told: the template is destroyed unseen. */
export const fingerprintReaderCli: CliKind = {
  kind: "fingerprint-reader",
  models: [SENSOR_SOCKET_MODEL],
  elsewhere: { [SENSOR_SOCKET_MODEL]: "Unix socket" },
  defaultModel: SENSOR_SOCKET_MODEL,
  portMeaning: "Unix socket of the process that has the sensor",
  redaction: () => SENSOR_REDACTION,
  neverRaw: "a fingerprint is never written into a file",
  commands: {
    ...benchCommands({
      ...READER,
      options: {},
      proof: {
        what: "somebody lays a finger on the sensor",
        ask: "lay-finger",
        run: async (reader, context) => {
          const captured = await capture(reader, context, { within: FINGER_WITHIN, attempts: 1, minQuality: 1 });
          return proved(captured, ({ quality }) => `a finger of quality ${quality}`);
        },
      },
    }),
    capture: {
      summary: "wait for a finger, tell what is wrong with it, and how good it was; the template is destroyed unseen",
      options: {
        finger: { meaning: "which finger is asked for; a sensor cannot tell which one it got", choices: FINGERS },
        "min-quality": { meaning: "least quality that is taken (40)", number: { min: 0, max: 100 } },
        attempts: { meaning: "how often a finger may be laid on (3)", number: { min: 1, max: MAX_ATTEMPTS } },
      },
      run: (context) => withDevice(READER, context, (reader) => captureFinger(reader, context)),
    },
  },
};

function readerOf(context: CliContext): SensorReader {
  const { model, port } = context;
  const { clock, random, channel } = reachOf(context);
  const open = socketSensor(framedReports(channel(tcpChannel({ path: port }, clock)), clock), clock);
  return new SensorReader({ id: port, model, open, clock, random, log: silentLogger });
}

type Limits = { readonly within: number; readonly minQuality?: number; readonly attempts?: number };
type Captured = { readonly captured: true; readonly quality: number; readonly tries: number };

async function captureFinger(reader: SensorReader, context: CliContext): Promise<CliOutcome> {
  const { options } = context;
  const outcome = await capture(reader, context, {
    within: WITHIN,
    ...(typeof options["min-quality"] === "string" && { minQuality: Number(options["min-quality"]) }),
    ...(typeof options.attempts === "string" && { attempts: Number(options.attempts) }),
  });
  return outcome.outcome === "ok" ? { outcome: "ok", result: outcome.value } : outcome;
}

async function capture(reader: SensorReader, context: CliContext, limits: Limits): Promise<Outcome<Captured>> {
  const { options, signal, event } = context;
  const finger = FINGERS.find((known) => known === options.finger);
  let tries = 0;
  return await reader.capture(async ({ quality }) => ({ captured: true, quality, tries }), {
    ...limits,
    signal,
    ...(finger === undefined ? {} : { finger }),
    onFeedback: (feedback) => {
      if (feedback.feedback === "remove-subject") tries++;
      event({ event: "feedback", ...feedback });
    },
  });
}
