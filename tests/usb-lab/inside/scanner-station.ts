import { toLatin1 } from "../../../base/bytes/bytes.ts";
import { pause } from "../../../base/deadline.ts";
import { systemClock } from "../../../base/node/system-clock.ts";
import { hidPosReports } from "../../../drivers/code-reader/hid-pos/report.ts";
import { DEFAULT_BAUD_RATE, SerialScanner } from "../../../drivers/code-reader/serial-scanner/driver.ts";
import type { OpenChannel } from "../../../drivers/transport/byte-channel.ts";
import { serialChannel } from "../../../drivers/transport/serial.ts";
import { createCodeReaderSimulator } from "../../../simulators/code-reader/simulator.ts";
import type { Wire } from "../../../simulators/wire/wire.ts";
import { hidScannerGadget, scannerGadget } from "./gadgets.ts";
import { hidrawScanner } from "./hid-scanner.ts";
import type { Station, Surroundings } from "./station.ts";
import { AcmWire, HidWire } from "./wires.ts";

/** A citizen shows the code a moment after the kiosk asks for it, milliseconds. */
const SHOWN_AFTER = 40;
/** A scanner hands a code over in pieces, bytes and milliseconds, so that a pulled cable can tear it. */
const PIECE = { length: 16, every: 8 };
/** A code that does not come was lost with the cable; the citizen would show it again. */
const READ_WITHIN = 5_000;

/** A serial scanner on CDC-ACM. */
export function serialScannerStation(surroundings: Surroundings): Station {
  const wire = new AcmWire(scannerGadget());
  const simulator = createCodeReaderSimulator({ id: "scanner", path: wire.path, wire });
  const show = async (text: string, power: AbortSignal) => {
    const bytes = toLatin1(`${text}\r`);
    for (let at = 0; at < bytes.length && !power.aborted; at += PIECE.length) {
      await simulator.send(bytes.subarray(at, at + PIECE.length));
      await pause(systemClock, PIECE.every, power);
    }
  };
  const open = serialChannel({ path: wire.path, baudRate: DEFAULT_BAUD_RATE }, systemClock);
  return scannerStation(surroundings, { wire, show, open });
}

/** A HID POS scanner. A code of more than 56 bytes comes in several reports. */
export function hidScannerStation(surroundings: Surroundings): Station {
  const wire = new HidWire(hidScannerGadget());
  const show = async (text: string, power: AbortSignal) => {
    for (const report of hidPosReports({ aim: "]Q1", data: toLatin1(`${text}\r`) })) {
      if (power.aborted) return;
      await wire.write(report);
      await pause(systemClock, PIECE.every, power);
    }
  };
  return scannerStation(surroundings, { wire, show, open: hidrawScanner(wire.path) });
}

type Scanner = {
  readonly wire: Wire & { settled(): Promise<void> };
  /** `power` ends with the cable: a scanner lives on it. */
  readonly show: (text: string, power: AbortSignal) => Promise<void>;
  readonly open: OpenChannel;
};

function scannerStation({ random, jitter, log }: Surroundings, { wire, show, open }: Scanner): Station {
  const driver = new SerialScanner({ id: "scanner", open, clock: systemClock, random: jitter, log });
  let power = new AbortController();
  wire.plug();
  driver.start();
  return {
    name: wire.path,
    status: driver.status,
    length: 200,
    plug: () => {
      power = new AbortController();
      wire.plug();
    },
    unplug: () => {
      power.abort();
      wire.unplug();
    },
    settled: () => wire.settled(),
    transact: async (number) => {
      const text = `lab-${number}-${"x".repeat(Math.floor(random() * 240))}-${number}`;
      const reading = driver.read({ within: READ_WITHIN });
      await pause(systemClock, SHOWN_AFTER);
      void show(text, power.signal);
      const outcome = await reading;
      if (outcome.outcome !== "ok") return { outcome: outcome.outcome, code: outcome.error.code };
      const right = outcome.value.kind === "text" && outcome.value.text === text;
      return { outcome: "ok", ...(!right && { wrong: `shown ${text}, read ${JSON.stringify(outcome.value)}` }) };
    },
    stop: async () => {
      await driver.stop();
      wire.unplug();
      await wire.settled();
    },
  };
}
