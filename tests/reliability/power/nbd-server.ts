import { createServer, type Server, type Socket } from "node:net";
import type { VolatileDisk } from "./volatile-disk.ts";

/** Numbers of https://github.com/NetworkBlockDevice/nbd/blob/master/doc/proto.md, newstyle negotiation, simple replies. */
const MAGIC = Buffer.from("NBDMAGICIHAVEOPT");
const FIXED_NEWSTYLE = 1;
const OPTION_REPLY = 0x3e889045565a9n;
const OPTION = { exportName: 1, abort: 2, info: 6, go: 7 } as const;
const REPLY = { ack: 1, info: 3, unsupported: 0x80000001 } as const;
const HAS_FLAGS_FLUSH_FUA = 0b1101;
const REQUEST_MAGIC = 0x25609513;
const REQUEST_BYTES = 28;
const REPLY_MAGIC = 0x67446698;
const COMMAND = { read: 0, write: 1, disconnect: 2, flush: 3 } as const;
const FORCE_UNIT_ACCESS = 1;
const EINVAL = 22;

/** Gives a disk to QEMU over a Unix socket. Without power it does not answer, as a dead drive does not. */
export class NbdServer {
  readonly path: string;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  constructor(path: string, disk: VolatileDisk) {
    this.path = path;
    this.#server = createServer((socket) => {
      this.#sockets.add(socket);
      const connection = new Connection(socket, disk);
      socket.on("data", (bytes) => connection.hear(bytes));
      socket.on("error", () => socket.destroy());
      socket.on("close", () => this.#sockets.delete(socket));
      socket.write(Buffer.concat([MAGIC, Buffer.from([0, FIXED_NEWSTYLE])]));
    }).listen(path);
  }

  /** Resolves when QEMU has let go of the disk. */
  async left(): Promise<void> {
    await Promise.all([...this.#sockets].map((socket) => new Promise((resolve) => socket.once("close", resolve))));
  }

  close(): void {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
  }
}

class Connection {
  readonly #socket: Socket;
  readonly #disk: VolatileDisk;
  #bytes: Buffer = Buffer.alloc(0);
  #state: "flags" | "options" | "transmission" = "flags";

  constructor(socket: Socket, disk: VolatileDisk) {
    this.#socket = socket;
    this.#disk = disk;
  }

  hear(bytes: Buffer): void {
    this.#bytes = Buffer.concat([this.#bytes, bytes]);
    for (;;) {
      const used = this.#next();
      if (used === 0) return;
      this.#bytes = this.#bytes.subarray(used);
    }
  }

  /** @returns how many bytes were used; 0 when more must come first. */
  #next(): number {
    const bytes = this.#bytes;
    if (this.#state === "flags") {
      if (bytes.length < 4) return 0;
      this.#state = "options";
      return 4;
    }
    return this.#state === "options" ? this.#option(bytes) : this.#request(bytes);
  }

  #option(bytes: Buffer): number {
    if (bytes.length < 16) return 0;
    const option = bytes.readUInt32BE(8);
    const length = bytes.readUInt32BE(12);
    if (bytes.length < 16 + length) return 0;
    if (option === OPTION.go || option === OPTION.info) {
      const info = Buffer.alloc(12);
      info.writeBigUInt64BE(BigInt(this.#disk.bytes), 2);
      info.writeUInt16BE(HAS_FLAGS_FLUSH_FUA, 10);
      this.#answerOption(option, REPLY.info, info);
      this.#answerOption(option, REPLY.ack, Buffer.alloc(0));
      if (option === OPTION.go) this.#state = "transmission";
    } else if (option === OPTION.abort) {
      this.#answerOption(option, REPLY.ack, Buffer.alloc(0));
      this.#socket.end();
    } else this.#answerOption(option, REPLY.unsupported, Buffer.alloc(0));
    return 16 + length;
  }

  #answerOption(option: number, type: number, payload: Buffer): void {
    const head = Buffer.alloc(20);
    head.writeBigUInt64BE(OPTION_REPLY, 0);
    head.writeUInt32BE(option, 8);
    head.writeUInt32BE(type, 12);
    head.writeUInt32BE(payload.length, 16);
    this.#socket.write(Buffer.concat([head, payload]));
  }

  #request(bytes: Buffer): number {
    if (bytes.length < REQUEST_BYTES) return 0;
    if (bytes.readUInt32BE(0) !== REQUEST_MAGIC) return this.#end();
    const through = (bytes.readUInt16BE(4) & FORCE_UNIT_ACCESS) !== 0;
    const command = bytes.readUInt16BE(6);
    const handle = bytes.subarray(8, 16);
    const offset = Number(bytes.readBigUInt64BE(16));
    const length = bytes.readUInt32BE(24);
    const disk = this.#disk;
    if (command === COMMAND.write) {
      if (bytes.length < REQUEST_BYTES + length) return 0;
      const data = Buffer.from(bytes.subarray(REQUEST_BYTES, REQUEST_BYTES + length));
      if (disk.write(offset, data, through)) this.#answer(handle, 0);
      return REQUEST_BYTES + length;
    }
    if (command === COMMAND.disconnect) return this.#end();
    if (command === COMMAND.read) {
      const data = disk.read(offset, length);
      if (data !== undefined) this.#answer(handle, 0, data);
    } else if (command === COMMAND.flush) {
      if (disk.flush()) this.#answer(handle, 0);
    } else this.#answer(handle, EINVAL);
    return REQUEST_BYTES;
  }

  #answer(handle: Buffer, error: number, data: Buffer = Buffer.alloc(0)): void {
    const head = Buffer.alloc(16);
    head.writeUInt32BE(REPLY_MAGIC, 0);
    head.writeUInt32BE(error, 4);
    handle.copy(head, 8);
    this.#socket.write(Buffer.concat([head, data]));
  }

  #end(): number {
    this.#socket.end();
    return this.#bytes.length;
  }
}
