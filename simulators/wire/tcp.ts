import { once } from "node:events";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import type { Wire } from "./wire.ts";

const LOOPBACK = "127.0.0.1";

/**
 * A network cable to a device that listens on TCP, on loopback. One caller at a time: a second one takes
 * the place of the first, which may be gone without a word. `unplug` closes the port and every connection, `plug` listens on the same port again.
 */
export class TcpWire implements Wire {
  #port: number;
  #server: Server | undefined;
  #socket: Socket | undefined;
  #toDevice: (bytes: Uint8Array) => void = () => {};
  #hungUp: () => void = () => {};

  private constructor(port: number) {
    this.#port = port;
  }

  /** Listens. @param port 0 lets the system choose. */
  static async plugIn(port = 0): Promise<TcpWire> {
    const wire = new TcpWire(port);
    wire.plug();
    const server = wire.#server;
    if (server === undefined) throw new Error("a wire that was plugged in has no server");
    await once(server, "listening");
    wire.#port = (server.address() as AddressInfo).port;
    return wire;
  }

  get path(): string {
    return `${LOOPBACK}:${this.#port}`;
  }

  get plugged(): boolean {
    return this.#server !== undefined;
  }

  onBytes(listener: (bytes: Uint8Array) => void): void {
    this.#toDevice = listener;
  }

  onHangUp(listener: () => void): void {
    this.#hungUp = listener;
  }

  plug(): void {
    if (this.#server !== undefined) return;
    this.#server = createServer((socket) => this.#accept(socket));
    this.#server.listen(this.#port, LOOPBACK);
  }

  unplug(): void {
    const socket = this.#socket;
    this.#socket = undefined;
    socket?.destroy();
    this.#server?.close();
    this.#server = undefined;
  }

  async write(bytes: Uint8Array): Promise<void> {
    const socket = this.#socket;
    if (socket === undefined || socket.destroyed) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    socket.write(bytes, () => resolve());
    await promise;
  }

  #accept(socket: Socket): void {
    const before = this.#socket;
    this.#socket = socket;
    if (before !== undefined) {
      before.destroy();
      this.#hungUp();
    }
    socket.setNoDelay(true);
    socket.on("data", (bytes: Uint8Array) => {
      if (this.#socket === socket) this.#toDevice(bytes);
    });
    socket.on("error", () => {});
    socket.on("close", () => {
      if (this.#socket !== socket) return;
      this.#socket = undefined;
      this.#hungUp();
    });
  }
}
