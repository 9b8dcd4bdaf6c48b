import { rmSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";

/** Messages of the protocol between QEMU's `ccid-card-passthru` and a card elsewhere (libcacard, vscard_common.h). */
const MESSAGE = { init: 1, readerAdd: 3, atr: 5, apdu: 7 } as const;
const HEADER = 12;
const MAGIC = "VSCD";
const VERSION = 2;
const READER = 0;

/** A chip card in the reader that QEMU emulates (`-device usb-ccid`). */
export class PassthruCard {
  readonly #server: Server;
  readonly #atr: Uint8Array;
  readonly #answer: (apdu: Uint8Array) => Uint8Array;
  #socket: Socket | undefined;
  #received = Buffer.alloc(0);

  /** @param answer what the card says to a command APDU, status bytes included. */
  constructor(path: string, atr: Uint8Array, answer: (apdu: Uint8Array) => Uint8Array) {
    this.#atr = atr;
    this.#answer = answer;
    rmSync(path, { force: true });
    this.#server = createServer((socket) => this.#accept(socket)).listen(path);
  }

  close(): void {
    this.#socket?.destroy();
    this.#server.close();
  }

  #accept(socket: Socket): void {
    this.#socket = socket;
    socket.on("error", () => {});
    socket.on("data", (bytes) => this.#take(bytes));
    const init = Buffer.alloc(HEADER);
    init.write(MAGIC, 0, "latin1");
    init.writeUInt32BE(VERSION, 4);
    this.#send(MESSAGE.init, init);
  }

  #take(bytes: Buffer): void {
    this.#received = Buffer.concat([this.#received, bytes]);
    while (this.#received.length >= HEADER) {
      const length = HEADER + this.#received.readUInt32BE(8);
      if (this.#received.length < length) return;
      const type = this.#received.readUInt32BE(0);
      const body = this.#received.subarray(HEADER, length);
      this.#received = this.#received.subarray(length);
      if (type === MESSAGE.init) {
        this.#send(MESSAGE.readerAdd, Buffer.from("Ventanilla\0"));
        this.#send(MESSAGE.atr, this.#atr);
      } else if (type === MESSAGE.apdu) this.#send(MESSAGE.apdu, this.#answer(body));
    }
  }

  #send(type: number, body: Uint8Array): void {
    const header = Buffer.alloc(HEADER);
    header.writeUInt32BE(type, 0);
    header.writeUInt32BE(READER, 4);
    header.writeUInt32BE(body.length, 8);
    this.#socket?.write(Buffer.concat([header, body]));
  }
}
