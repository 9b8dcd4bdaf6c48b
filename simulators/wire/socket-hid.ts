import { mkdirSync, rmSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import { dirname } from "node:path";
import { encodeReportFrame, ReportFrames } from "../../drivers/framing/report-frames.ts";
import type { ReceivedReport } from "./memory-hid.ts";

/** A HID device seen from the device: `SocketHid` is one that other processes can open, `MemoryHid` one in memory. */
export interface HidWire {
  readonly plugged: boolean;
  plug(): void | Promise<void>;
  unplug(): void;
  /** Sends an input report; lost when nobody has the device open. */
  send(report: Uint8Array): void;
}

/**
 * A HID cable that ends in a Unix socket. The driver opens `path` as it would open `/dev/hidraw3`; `unplug` hangs up and removes the
 * path. It stands in for the kernel's uhid, which needs a right and a module that most test machines do not have.
 */
export class SocketHid implements HidWire {
  readonly path: string;
  /** What drivers have sent, oldest first. */
  readonly received: ReceivedReport[] = [];
  readonly #usagePage: number;
  readonly #sockets = new Set<Socket>();
  #server: Server | undefined;

  constructor(path: string, usagePage = 0) {
    this.path = path;
    this.#usagePage = usagePage;
  }

  get plugged(): boolean {
    return this.#server !== undefined;
  }

  /** Resolves when the device can be opened. */
  async plug(): Promise<void> {
    if (this.#server !== undefined) return;
    mkdirSync(dirname(this.path), { recursive: true });
    rmSync(this.path, { force: true });
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#server = createServer((socket) => this.#take(socket));
    this.#server.once("error", reject).listen(this.path, resolve);
    await promise;
  }

  unplug(): void {
    this.#server?.close();
    this.#server = undefined;
    for (const socket of this.#sockets) socket.destroy();
    rmSync(this.path, { force: true });
  }

  send(report: Uint8Array): void {
    for (const socket of this.#sockets) socket.write(encodeReportFrame({ type: "input", report }));
  }

  #take(socket: Socket): void {
    const frames = new ReportFrames();
    this.#sockets.add(socket);
    socket.on("close", () => this.#sockets.delete(socket));
    socket.on("error", () => socket.destroy());
    socket.on("data", (bytes) => {
      for (const { type, report } of frames.push(bytes))
        if (type === "output" || type === "feature") this.received.push({ type, report });
    });
    const page = Uint8Array.of(this.#usagePage >> 8, this.#usagePage & 0xff);
    socket.write(encodeReportFrame({ type: "hello", report: page }));
  }
}
