import { connect, type Socket } from "node:net";
import type { Clock } from "../../base/clock.ts";
import { withDeadline } from "../../base/deadline.ts";
import { coded } from "../../base/registry/coded-error.ts";
import { err, ok, type Result } from "../../base/result.ts";
import type { ByteChannel, ChannelError, OpenChannel } from "./byte-channel.ts";

export type TcpAddress = { readonly host: string; readonly port: number };

const CONNECT_WITHIN = 5_000;
/** A peer that takes no bytes for so long is gone, however open the connection looks. */
const WRITE_WITHIN = 10_000;
/** What comes before a consumer is set is kept up to this, bytes; a peer that sends more is hung up on. */
const MAX_EARLY = 65_536;

/** Opens TCP connections to one configured address. Never a search, never another address. */
export function tcpChannel({ host, port }: TcpAddress, clock: Clock): OpenChannel {
  return async (signal) => {
    const name = `${host}:${port}`;
    const socket = connect({ host, port, noDelay: true });
    const channel = new TcpChannel(socket, name, clock);
    const opened = await withDeadline(clock, CONNECT_WITHIN, signal, `connect to ${name}`, () => channel.opened);
    if (!opened.ok) await channel.close();
    return opened;
  };
}

class TcpChannel implements ByteChannel {
  readonly closed: Promise<string>;
  readonly opened: Promise<Result<ByteChannel, ChannelError>>;
  readonly #socket: Socket;
  readonly #name: string;
  readonly #clock: Clock;
  #listener: ((bytes: Uint8Array) => void) | undefined;
  #early: Uint8Array[] = [];
  #cause = "closed";

  constructor(socket: Socket, name: string, clock: Clock) {
    this.#socket = socket;
    this.#name = name;
    this.#clock = clock;
    const { promise: closed, resolve: close } = Promise.withResolvers<string>();
    const { promise: opened, resolve: open } = Promise.withResolvers<Result<ByteChannel, ChannelError>>();
    this.closed = closed;
    this.opened = opened;
    socket.on("connect", () => open(ok(this)));
    socket.on("data", (bytes) => this.#receive(bytes));
    socket.on("end", () => {
      this.#cause = "the far end hung up";
    });
    socket.on("error", (error: NodeJS.ErrnoException) => {
      this.#cause = error.message;
      // Nobody listens, or the way there is cut: the same as a cable that is out.
      open(err(coded("link.absent", `${name}: ${error.code ?? error.message}`)));
    });
    socket.on("close", () => close(this.#cause));
  }

  onBytes(listener: (bytes: Uint8Array) => void): void {
    this.#listener = listener;
    const early = this.#early;
    this.#early = [];
    for (const bytes of early) listener(bytes);
  }

  #receive(bytes: Uint8Array): void {
    if (this.#listener !== undefined) {
      this.#listener(bytes);
      return;
    }
    this.#early.push(bytes);
    if (this.#early.reduce((sum, { length }) => sum + length, 0) > MAX_EARLY)
      this.#socket.destroy(new Error("more bytes than anybody asked for"));
  }

  async write(bytes: Uint8Array): Promise<Result<void, ChannelError>> {
    if (this.#socket.destroyed) return err(coded("link.lost", this.#name));
    const written = await withDeadline<void, ChannelError>(
      this.#clock,
      WRITE_WITHIN,
      undefined,
      `write ${bytes.length} bytes to ${this.#name}`,
      () => this.#write(bytes),
    );
    if (!written.ok) this.#socket.destroy();
    return written;
  }

  #write(bytes: Uint8Array): Promise<Result<void, ChannelError>> {
    const { promise, resolve } = Promise.withResolvers<Result<void, ChannelError>>();
    void this.closed.then((cause) => resolve(err(coded("link.lost", `${this.#name}: ${cause}`))));
    this.#socket.write(bytes, (error) =>
      resolve(error ? err(coded("link.write-failed", `${this.#name}: ${error.message}`)) : ok()),
    );
    return promise;
  }

  async close(): Promise<void> {
    this.#socket.destroy();
    await this.closed;
  }
}
