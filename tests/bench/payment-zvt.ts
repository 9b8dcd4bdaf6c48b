import { fork } from "node:child_process";
import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { fromHex } from "../../base/bytes/bytes.ts";
import { pause } from "../../base/deadline.ts";
import { silentLogger } from "../../base/log.ts";
import { systemClock } from "../../base/node/system-clock.ts";
import { ApduStreamReader, encodeApdu } from "../../drivers/framing/apdu-stream.ts";
import { ZvtTerminal } from "../../drivers/payment-terminal/zvt/driver.ts";
import { bitmapCommand, CONTROL } from "../../drivers/payment-terminal/zvt/messages.ts";
import { tcpChannel } from "../../drivers/transport/tcp.ts";
import { type Figures, median, round } from "./figures.ts";

/** The terminal's own time between its answer and its status, milliseconds. */
const OWN_TIME = 150;
const EXCHANGES = 10;
const RUNS = 5;
const LIMIT_MS = 5;

type Message = { readonly port: number } | { readonly own: number };

/**
 * Our time per ZVT sale above the terminal's own: a scripted terminal in a process of its own, on TCP on loopback. Its own
 * time is what it waits; all its commands and our answers to them count as ours. There is no peer.
 */
export async function runZvt(): Promise<Figures> {
  const terminal = fork(import.meta.filename, ["terminal"], { execArgv: ["--disable-warning=ExperimentalWarning"] });
  const own: number[] = [];
  const ready = Promise.withResolvers<number>();
  terminal.on("message", (message: Message) => {
    if ("port" in message) ready.resolve(message.port);
    else own.push(message.own);
  });
  try {
    const port = await ready.promise;
    const medians: number[] = [];
    for (let turn = 0; turn < RUNS; turn++) medians.push(median(await measure(port, own)));
    const figure = round(median(medians));
    return {
      what: "zvt-tcp",
      figure,
      unit: "ms above the terminal's own time per exchange",
      limit: LIMIT_MS,
      ratio: round(figure / LIMIT_MS),
      samples: RUNS * EXCHANGES,
      spread: [round(Math.min(...medians)), round(Math.max(...medians))],
      pass: figure <= LIMIT_MS,
    };
  } finally {
    terminal.disconnect();
  }
}

async function measure(port: number, own: number[]): Promise<number[]> {
  const terminal = new ZvtTerminal({
    id: "bench",
    model: "zvt-tcp",
    open: tcpChannel({ host: "127.0.0.1", port }, systemClock),
    settings: { baseline: false, voucher: false },
    clock: systemClock,
    log: silentLogger,
    random: Math.random,
  });
  terminal.start();
  const above: number[] = [];
  try {
    // Registers.
    await terminal.lastSale();
    for (let exchange = 0; exchange < EXCHANGES; exchange++) {
      own.length = 0;
      const began = performance.now();
      const ticket = `T${String(exchange).padStart(5, "0")}`;
      const outcome = await terminal.sale({ amount: 1500, ticket, startedAt: Date.now() });
      const took = performance.now() - began;
      if (outcome.outcome !== "ok") throw new Error(outcome.error.message);
      if (outcome.value.status !== "approved") throw new Error("not approved");
      // The terminal's report comes over another channel and may be a moment late.
      while (own.length === 0) await new Promise((resolve) => setImmediate(resolve));
      above.push(took - (own[0] ?? 0));
    }
  } finally {
    await terminal.stop();
  }
  return above;
}

const POSITIVE = fromHex("80 00 00");
const COMPLETION = fromHex("06 0f 00");
/** Each sale has numbers of its own, by which the driver knows it from the one before. */
const status = (sale: number) =>
  encodeApdu(
    bitmapCommand(CONTROL.status, {
      resultCode: 0,
      amount: 1500,
      receipt: String(sale).padStart(4, "0"),
      authorization: "007919",
      trace: String(sale).padStart(6, "0"),
    }),
  );

/** The scripted terminal: runs in its own process. */
async function terminalProcess(): Promise<void> {
  const memory = { sales: 1 };
  const server = createServer((socket) => {
    socket.setNoDelay(true);
    socket.on("error", () => {});
    const reader = new ApduStreamReader();
    let answered: () => void = () => {};
    const heard = () => new Promise<void>((resolve) => (answered = resolve));
    socket.on("data", (bytes: Uint8Array) => {
      for (const { control } of reader.push(bytes)) {
        if (control >> 8 === 0x80) answered();
        else void answer(socket, control, heard, memory);
      }
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  process.on("disconnect", () => process.exit(0));
  process.send?.({ port: (server.address() as AddressInfo).port } satisfies Message);
}

async function answer(
  socket: Socket,
  control: number,
  heard: () => Promise<void>,
  memory: { sales: number },
): Promise<void> {
  socket.write(POSITIVE);
  let own = 0;
  if (control === CONTROL.authorization) {
    const began = performance.now();
    await pause(systemClock, OWN_TIME);
    own = performance.now() - began;
    memory.sales++;
  }
  if (control === CONTROL.authorization || control === CONTROL.repeatReceipt) {
    const confirmed = heard();
    socket.write(status(memory.sales));
    await confirmed;
  }
  const completed = heard();
  socket.write(COMPLETION);
  await completed;
  if (own > 0) process.send?.({ own } satisfies Message);
}

if (process.argv[2] === "terminal" && process.send !== undefined) void terminalProcess();
