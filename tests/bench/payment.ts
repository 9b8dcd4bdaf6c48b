import { fork } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fromLatin1, toLatin1 } from "../../base/bytes/bytes.ts";
import { pause } from "../../base/deadline.ts";
import { silentLogger } from "../../base/log.ts";
import { systemClock } from "../../base/node/system-clock.ts";
import { ACK, encodeFrame, StxEtxLrcReader } from "../../drivers/framing/stx-etx-lrc.ts";
import { TransbankTerminal } from "../../drivers/payment-terminal/transbank/driver.ts";
import { serialChannel } from "../../drivers/transport/serial.ts";
import { PtyWire } from "../../simulators/wire/pty.ts";
import { type Figures, median, round } from "./figures.ts";
import { runZvt } from "./payment-zvt.ts";

/** The terminal's own time between ACK and response: more than the SDK's 100 ms of silence, so that it can tell them apart. */
const OWN_TIME = 150;
const BAUD = 115_200;
const EXCHANGES = 10;
const RUNS = 5;
const LIMIT_MS = 5;
const LIMIT_RATIO = 20;

/** What one exchange took at the terminal, from the last byte of the request to the last byte of the response. */
type OwnTime = { readonly own: number };

/**
 * Our time per exchange above the terminal's own, against transbank-pos-sdk 4 on the same scripted terminal: a
 * process of its own behind a pseudo-terminal that answers ACK, waits, and sends the same sale response to both. The
 * terminal measures its own time itself, so that the jitter of its timer counts for nobody.
 */
export async function run(): Promise<readonly Figures[]> {
  return [await runTransbank(), await runZvt()];
}

async function runTransbank(): Promise<Figures> {
  const folder = mkdtempSync(join(tmpdir(), "bench-payment-"));
  const path = join(folder, "port");
  const terminal = fork(import.meta.filename, ["terminal", path], {
    execArgv: ["--disable-warning=ExperimentalWarning"],
  });
  const own: number[] = [];
  const ready = Promise.withResolvers<void>();
  terminal.on("message", (message: OwnTime | "ready") => {
    if (message === "ready") ready.resolve();
    else own.push(message.own);
  });
  try {
    await ready.promise;
    const ours: number[] = [];
    const peers: number[] = [];
    for (let turn = 0; turn < RUNS; turn++) {
      ours.push(median(await measure(() => openOurs(path), own)));
      peers.push(median(await measure(() => openPeer(path), own)));
    }
    const figure = round(median(ours));
    const peer = round(median(peers));
    const ratio = round(peer / figure);
    return {
      what: "transbank",
      figure,
      unit: "ms above the terminal's own time per exchange",
      peer,
      peerName: "transbank-pos-sdk 4.0.0",
      limit: LIMIT_MS,
      ratio,
      limitRatio: LIMIT_RATIO,
      samples: RUNS * EXCHANGES,
      spread: [round(Math.min(...ours)), round(Math.max(...ours))],
      pass: figure <= LIMIT_MS && ratio >= LIMIT_RATIO,
    };
  } finally {
    terminal.disconnect();
    rmSync(folder, { recursive: true, force: true });
  }
}

type Payer = { readonly pay: (ticket: string) => Promise<void>; readonly close: () => Promise<void> };

async function measure(open: () => Promise<Payer>, own: number[]): Promise<number[]> {
  const payer = await open();
  const above: number[] = [];
  try {
    for (let exchange = 0; exchange < EXCHANGES; exchange++) {
      own.length = 0;
      const began = performance.now();
      await payer.pay(`T${String(exchange).padStart(5, "0")}`);
      const took = performance.now() - began;
      // The terminal's report comes over another channel and may be a moment late.
      while (own.length === 0) await new Promise((resolve) => setImmediate(resolve));
      above.push(took - (own[0] ?? 0));
    }
  } finally {
    await payer.close();
  }
  return above;
}

async function openOurs(path: string): Promise<Payer> {
  const terminal = new TransbankTerminal({
    id: "bench",
    model: "transbank-autoservicio",
    open: serialChannel({ path, baudRate: BAUD }, systemClock),
    clock: systemClock,
    log: silentLogger,
    random: Math.random,
  });
  terminal.start();
  const polled = await terminal.poll();
  if (polled.outcome !== "ok") throw new Error(polled.error.message);
  return {
    async pay(ticket) {
      const outcome = await terminal.sale({ amount: 1500, ticket, startedAt: Date.now() });
      if (outcome.outcome !== "ok") throw new Error(outcome.error.message);
      if (outcome.value.status !== "approved") throw new Error("not approved");
    },
    close: () => terminal.stop(),
  };
}

type SdkTerminal = {
  connect(path: string, baudRate: number): Promise<boolean>;
  disconnect(): Promise<boolean>;
  sale(amount: number, ticket: string, status: boolean): Promise<{ successful: boolean }>;
};

async function openPeer(path: string): Promise<Payer> {
  const sdk = createRequire(import.meta.url)("transbank-pos-sdk") as { POSAutoservicio: new () => SdkTerminal };
  const terminal = new sdk.POSAutoservicio();
  await terminal.connect(path, BAUD);
  return {
    async pay(ticket) {
      const { successful } = await terminal.sale(1500, ticket, true);
      if (!successful) throw new Error("not approved");
    },
    async close() {
      await terminal.disconnect();
    },
  };
}

/** The scripted terminal: runs in its own process. */
function terminalProcess(path: string): void {
  const wire = new PtyWire(path);
  const reader = new StxEtxLrcReader();
  wire.onBytes((bytes) => {
    for (const item of reader.push(bytes)) if (item.kind === "frame") void answer(wire, fromLatin1(item.data));
  });
  wire.plug();
  process.on("disconnect", () => {
    wire.unplug();
    process.exit(0);
  });
  process.send?.("ready");
}

async function answer(wire: PtyWire, request: string): Promise<void> {
  const began = performance.now();
  await wire.write(Uint8Array.of(ACK));
  const [code, amount, ticket] = request.split("|");
  if (code !== "0200") return;
  await pause(systemClock, OWN_TIME);
  const data = `0210|00|597000000001|VT000001|${ticket}|007919|${Number(amount)}|0042|000001|DB|00-00-00|042|DB|23112026|101530`;
  await wire.write(encodeFrame(toLatin1(data)));
  process.send?.({ own: performance.now() - began } satisfies OwnTime);
}

if (process.argv[2] === "terminal" && process.argv[3] !== undefined && process.send !== undefined)
  terminalProcess(process.argv[3]);
