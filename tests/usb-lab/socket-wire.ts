import { rmSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import type { Wire } from "../../simulators/wire/wire.ts";

/**
 * The cable of a USB adapter that QEMU itself emulates (`-device usb-serial`): QEMU connects to a socket, and the adapter is plugged
 * in for as long as it is connected. It comes again after a second, as `reconnect=1` tells it.
 */
export class SocketWire implements Wire {
  readonly path: string;
  readonly #server: Server;
  #plugged = false;
  #socket: Socket | undefined;
  #listener: (bytes: Uint8Array) => void = () => {};

  constructor(path: string) {
    this.path = path;
    rmSync(path, { force: true });
    this.#server = createServer((socket) => this.#accept(socket)).listen(path);
  }

  get plugged(): boolean {
    return this.#plugged;
  }

  onBytes(listener: (bytes: Uint8Array) => void): void {
    this.#listener = listener;
  }

  plug(): void {
    this.#plugged = true;
  }

  unplug(): void {
    this.#plugged = false;
    this.#socket?.destroy();
    this.#socket = undefined;
  }

  async write(bytes: Uint8Array): Promise<void> {
    this.#socket?.write(bytes);
  }

  close(): void {
    this.unplug();
    this.#server.close();
  }

  #accept(socket: Socket): void {
    socket.on("error", () => {});
    if (!this.#plugged) return void socket.destroy();
    this.#socket = socket;
    socket.on("data", (bytes) => this.#listener(bytes));
  }
}
