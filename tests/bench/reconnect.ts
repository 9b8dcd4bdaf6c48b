import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { createConnection } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SerialPort } from "serialport";
import { pause } from "../../base/deadline.ts";
import { silentLogger } from "../../base/log.ts";
import { systemClock } from "../../base/node/system-clock.ts";
import type { Outcome } from "../../base/outcome.ts";
import { SerialScanner } from "../../drivers/code-reader/serial-scanner/driver.ts";
import type { Device } from "../../drivers/device.ts";
import { ModbusIoBoard } from "../../drivers/io-board/modbus/driver.ts";
import { HidKeypad } from "../../drivers/keypad/driver.ts";
import { createPagePrinter } from "../../drivers/page-printer/driver.ts";
import { createHttpLink } from "../../drivers/page-printer/http-link.ts";
import { TransbankTerminal } from "../../drivers/payment-terminal/transbank/driver.ts";
import { ZvtTerminal } from "../../drivers/payment-terminal/zvt/driver.ts";
import { createReceiptPrinter } from "../../drivers/receipt-printer/driver.ts";
import { CUSTOM_VKP80 } from "../../drivers/receipt-printer/profile.ts";
import { hidReports } from "../../drivers/transport/hid.ts";
import { printerChannel } from "../../drivers/transport/printer-port.ts";
import { serialChannel } from "../../drivers/transport/serial.ts";
import { tcpChannel } from "../../drivers/transport/tcp.ts";
import { NutUps } from "../../drivers/ups/driver.ts";
import { reachUps } from "../../drivers/ups/reach.ts";
import { createCodeReaderSimulator } from "../../simulators/code-reader/simulator.ts";
import { createIoBoardSimulator } from "../../simulators/io-board/simulator.ts";
import { SIMULATED_WIRING } from "../../simulators/io-board/wiring.ts";
import { SIMULATED_KEYPAD } from "../../simulators/keypad/profile.ts";
import { createKeypadSimulator } from "../../simulators/keypad/simulator.ts";
import { createPagePrinterSimulator } from "../../simulators/page-printer/simulator.ts";
import { createPaymentTerminalSimulator } from "../../simulators/payment-terminal/device.ts";
import { ZvtSimulatedTerminal } from "../../simulators/payment-terminal/zvt/terminal.ts";
import { createReceiptPrinterSimulator } from "../../simulators/receipt-printer/simulator.ts";
import { createUpsSimulator } from "../../simulators/ups/simulator.ts";
import { PtyWire } from "../../simulators/wire/pty.ts";
import { TcpWire } from "../../simulators/wire/tcp.ts";
import { type Figures, median, round } from "./figures.ts";

const LIMIT_MS = 1_000;
/** How long the device is away in each round, milliseconds: a pulled cable, a reboot. */
const AWAY = [300, 700, 1_500, 2_900, 4_300];
const PATIENCE = 60_000;
const BAUD = 115_200;

/** A device on its cable, and its driver. `plug` resolves when the port is there. */
type Bench = {
  readonly driver: Device;
  readonly plug: () => Promise<void>;
  readonly unplug: () => Promise<void>;
  /** Asks it something, where being ready is only the line's word until it has answered. */
  readonly ask?: () => Promise<Outcome<unknown>>;
};

/** Opens what has just been plugged in, without any driver. */
type Peer = {
  readonly name: string;
  readonly plug: () => Promise<void>;
  readonly reach: () => Promise<void>;
  readonly unplug: () => Promise<void>;
};

/**
 * From "the port is there again" to "ready", for each kind of device, through the drivers' public interface only: five times each, after absences
 * from 0.3 to 4.3 s. The peer is told that the port is there and opens it at once: a bare serial port or socket up to the first
 * byte that comes back, and for the payment terminal the SDK's `connect`, which polls. No driver is told: it has to notice.
 */
export async function run(): Promise<readonly Figures[]> {
  const folder = mkdtempSync(join(tmpdir(), "bench-reconnect-"));
  try {
    const serial = await peerTimes(rawSerial(folder));
    const socket = await peerTimes(await rawSocket());
    const sdk = await peerTimes(sdkOn(folder));
    const figures: Figures[] = [];
    for (const [what, make, peer] of [
      ["code-reader", codeReader, serial],
      ["payment-terminal", paymentTerminal, sdk],
      ["receipt-printer", receiptPrinter, serial],
      ["io-board", ioBoard, serial],
      ["keypad", keypad, socket],
      ["payment-terminal-zvt", zvtTerminal, socket],
      ["ups", ups, socket],
      ["page-printer", pagePrinter, socket],
    ] as const)
      figures.push(figuresOf(what, await driverTimes(await make(folder)), peer));
    return figures;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

type PeerTimes = { readonly name: string; readonly times: readonly number[] };

function figuresOf(what: string, times: readonly number[], peer: PeerTimes): Figures {
  const figure = round(median(times), 1);
  const theirs = round(median(peer.times), 1);
  return {
    what,
    figure,
    unit: "ms from the port's return to ready",
    peer: theirs,
    peerName: peer.name,
    limit: LIMIT_MS,
    ratio: round(figure / theirs),
    spread: [round(Math.min(...times), 1), round(Math.max(...times), 1)],
    samples: times.length,
    pass: Math.max(...times) <= LIMIT_MS,
  };
}

async function driverTimes({ driver, plug, unplug, ask }: Bench): Promise<number[]> {
  const times: number[] = [];
  await plug();
  driver.start();
  try {
    await becomes(driver, true);
    for (const away of AWAY) {
      await unplug();
      await becomes(driver, false);
      await pause(systemClock, away);
      await plug();
      const began = performance.now();
      await becomes(driver, true);
      const answered = await ask?.();
      times.push(performance.now() - began);
      if (answered !== undefined && answered.outcome !== "ok") throw new Error(answered.error.message);
    }
  } finally {
    await driver.stop();
    await unplug();
  }
  return times;
}

/** Until the device is ready by its own word, or is not. @throws Error after a minute. */
async function becomes(driver: Device, ready: boolean): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const look = () => {
    if ((driver.status.value.readiness === "ready") === ready) resolve();
  };
  const unsubscribe = driver.status.subscribe(look);
  const timer = systemClock.setTimeout(
    () => reject(new Error(`${driver.id} is ${JSON.stringify(driver.status.value)}`)),
    PATIENCE,
  );
  look();
  try {
    await promise;
  } finally {
    timer.cancel();
    unsubscribe();
  }
}

async function peerTimes({ name, plug, reach, unplug }: Peer): Promise<PeerTimes> {
  const times: number[] = [];
  for (let turn = 0; turn < AWAY.length; turn++) {
    await plug();
    const began = performance.now();
    await reach();
    times.push(performance.now() - began);
    await unplug();
  }
  return { name, times };
}

function rawSerial(folder: string): Peer {
  const path = join(folder, "raw");
  const wire = new PtyWire(path);
  wire.onBytes((bytes) => void wire.write(bytes));
  let port: SerialPort | undefined;
  return {
    name: "serialport 13.0.0: open and the first byte back",
    plug: async () => wire.plug(),
    reach: async () => {
      port = new SerialPort({ path, baudRate: BAUD });
      const heard = once(port, "data");
      await once(port, "open");
      port.write(Uint8Array.of(0x41));
      await heard;
    },
    unplug: async () => {
      if (port !== undefined) await closed(port);
      wire.unplug();
    },
  };
}

async function closed(port: SerialPort): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  port.close(() => resolve());
  await promise;
}

async function rawSocket(): Promise<Peer> {
  const wire = await TcpWire.plugIn();
  wire.onBytes((bytes) => void wire.write(bytes));
  const [host = "", port = ""] = wire.path.split(":");
  return {
    name: "node:net: connect and the first byte back",
    plug: async () => wire.plug(),
    reach: async () => {
      const socket = createConnection({ host, port: Number(port), noDelay: true });
      socket.write(Uint8Array.of(0x41));
      await once(socket, "data");
      socket.destroy();
    },
    unplug: async () => wire.unplug(),
  };
}

type SdkTerminal = { connect(path: string, baudRate: number): Promise<boolean>; disconnect(): Promise<boolean> };

function sdkOn(folder: string): Peer {
  const path = join(folder, "sdk");
  const device = terminalAt(path);
  const sdk = createRequire(import.meta.url)("transbank-pos-sdk") as { POSAutoservicio: new () => SdkTerminal };
  let terminal: SdkTerminal | undefined;
  return {
    name: "transbank-pos-sdk 4.0.0: connect, which polls",
    plug: () => device.start(),
    reach: async () => {
      terminal = new sdk.POSAutoservicio();
      await terminal.connect(path, BAUD);
    },
    unplug: async () => {
      await terminal?.disconnect();
      await device.stop();
    },
  };
}

const COMMON = { clock: systemClock, random: Math.random, log: silentLogger };

function terminalAt(path: string) {
  return createPaymentTerminalSimulator({ id: "t", model: "transbank-autoservicio", path, clock: systemClock });
}

type Startable = { start(): Promise<void>; stop(): Promise<void> };

function bench(device: Startable, driver: Device): Bench {
  return { driver, plug: () => device.start(), unplug: () => device.stop() };
}

async function codeReader(folder: string): Promise<Bench> {
  const path = join(folder, "code-reader");
  const device = createCodeReaderSimulator({ id: "c", path });
  return bench(
    device,
    new SerialScanner({ id: "c", ...COMMON, open: serialChannel({ path, baudRate: BAUD }, systemClock) }),
  );
}

async function paymentTerminal(folder: string): Promise<Bench> {
  const path = join(folder, "terminal");
  const open = serialChannel({ path, baudRate: BAUD }, systemClock);
  const driver = new TransbankTerminal({ id: "t", model: "transbank-autoservicio", ...COMMON, open });
  return { ...bench(terminalAt(path), driver), ask: () => driver.poll() };
}

async function receiptPrinter(folder: string): Promise<Bench> {
  const path = join(folder, "printer");
  const device = createReceiptPrinterSimulator({ id: "p", model: CUSTOM_VKP80.model, path, clock: systemClock });
  const open = printerChannel({ path, baudRate: BAUD }, systemClock);
  return bench(device, createReceiptPrinter({ id: "p", profile: CUSTOM_VKP80, open, lineRate: BAUD, ...COMMON }));
}

async function ioBoard(folder: string): Promise<Bench> {
  const path = join(folder, "board");
  const open = serialChannel({ path, baudRate: BAUD }, systemClock);
  return bench(
    createIoBoardSimulator({ id: "b", path }),
    new ModbusIoBoard({ id: "b", wiring: SIMULATED_WIRING, open, ...COMMON }),
  );
}

async function keypad(folder: string): Promise<Bench> {
  const path = join(folder, "keypad");
  const driver = new HidKeypad({
    ...{ id: "k", model: "simulated", profile: SIMULATED_KEYPAD, ...COMMON },
    open: hidReports({ path }, systemClock),
  });
  return bench(createKeypadSimulator({ id: "k", path }), driver);
}

async function zvtTerminal(): Promise<Bench> {
  const wire = await TcpWire.plugIn();
  new ZvtSimulatedTerminal({ transport: "tcp", wire, clock: systemClock });
  const [host = "", port = ""] = wire.path.split(":");
  const open = tcpChannel({ host, port: Number(port) }, systemClock);
  const driver = new ZvtTerminal({ id: "z", model: "zvt-tcp", ...COMMON, open });
  return { driver, plug: async () => wire.plug(), unplug: async () => wire.unplug() };
}

async function ups(): Promise<Bench> {
  const device = createUpsSimulator({ id: "u" });
  await device.start();
  return bench(device, new NutUps({ id: "u", ...COMMON, ...reachUps(device.port, systemClock) }));
}

async function pagePrinter(): Promise<Bench> {
  const device = createPagePrinterSimulator({ id: "p", clock: systemClock });
  await device.start();
  const link = createHttpLink(device.port, { clock: systemClock });
  if (!link.ok) throw new Error(link.error.message);
  const driver = createPagePrinter({ id: "p", link: link.value, newIntent: () => "bench", ...COMMON });
  return bench(device, driver);
}
