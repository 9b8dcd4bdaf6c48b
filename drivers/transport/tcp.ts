import { connect, type Socket } from "node:net";
import type { Clock } from "../../base/clock.ts";
import { withDeadline } from "../../base/deadline.ts";
import { coded } from "../../base/registry/coded-error.ts";
import { err, ok, type Result } from "../../base/result.ts";
import type { ByteChannel, ChannelError, OpenChannel } from "./byte-channel.ts";
import { Inbox } from "./inbox.ts";

export type TcpAddress = {
  /** Name or address of the device. Never a scan: only what configuration assigned. */
  readonly host: string;
  readonly port: number;
};

/** A Unix socket: a device that another process on this machine plays. */
export type UnixAddress = {
  readonly path: string;
};

const OPEN_DEADLINE = 5_000;
const WRITE_DEADLINE = 10_000;
/** The far end of a pulled cable is missed by the operating system's probes, which begin after so long. */
const KEEP_ALIVE = 10_000;
/** What comes before a consumer is set is kept up to this, bytes; a peer that sends more is hung up on. */
const MAX_EARLY = 65_536;

/**
 * Reads `host:port`, or `host` alone; an IPv6 address stands in brackets.
 *
 * @returns `undefined` when it is neither.
 */
export function parseHostPort(text: string, defaultPort: number): TcpAddress | undefined {
  const parts = /^(?:\[([0-9a-f:.]+)\]|([^:[\]/\s]+))(?::(\d{1,5}))?$/i.exec(text);
  const host = parts?.[1] ?? parts?.[2];
  const port = parts?.[3] === undefined ? defaultPort : Number(parts[3]);
  return host === undefined || port < 1 || port > 65_535 ? undefined : { host, port };
}

/** Opens connections to a device that listens, on the network or on a Unix socket. */
export function tcpChannel(settings: TcpAddress | UnixAddress, clock: Clock): OpenChannel {
  const name = "path" in settings ? settings.path : `${settings.host}:${settings.port}`;
  return async (signal) => {
    const socket = connect({ ...settings, noDelay: true, keepAlive: true, keepAliveInitialDelay: KEEP_ALIVE });
    const channel = new TcpChannel(socket, name, clock);
    const opened = await withDeadline(clock, OPEN_DEADLINE, signal, `connect ${name}`, () => channel.open());
    if (opened.ok) return opened;
    await channel.close();
    // Nobody at the address within the time is nobody at the address.
    return opened.error.code === "common.deadline" ? err(coded("link.absent", `${name}: no answer`)) : opened;
  };
}

class TcpChannel implements ByteChannel {
  readonly closed: Promise<string>;
  readonly #socket: Socket;
  readonly #name: string;
  readonly #clock: Clock;
  readonly #close: (cause: string) => void;
  readonly #inbox: Inbox<Uint8Array>;
  #ended = false;

  constructor(socket: Socket, name: string, clock: Clock) {
    this.#socket = socket;
    this.#name = name;
    this.#clock = clock;
    const { promise, resolve } = Promise.withResolvers<string>();
    this.closed = promise;
    this.#close = (cause) => {
      this.#ended = true;
      resolve(cause);
    };
    this.#inbox = new Inbox(
      MAX_EARLY,
      () => socket.destroy(new Error("more bytes than anybody asked for")),
      ({ length }) => length,
    );
    let cause = "the device closed the connection";
    socket.on("data", (bytes: Uint8Array) => {
      if (!this.#ended) this.#inbox.take(bytes);
    });
    socket.on("error", (error) => {
      cause = error.message;
    });
    socket.on("close", () => this.#close(cause));
    // Whoever half-closes has nothing more to say, and a device that says nothing is of no use.
    socket.on("end", () => socket.destroy());
  }

  open(): Promise<Result<ByteChannel, ChannelError>> {
    const { promise, resolve } = Promise.withResolvers<Result<ByteChannel, ChannelError>>();
    this.#socket.once("connect", () => resolve(ok(this)));
    this.#socket.once("error", (error: NodeJS.ErrnoException) => {
      const code = REFUSED.has(error.code ?? "") ? "link.refused" : "link.absent";
      resolve(err(coded(code, `${this.#name}: ${error.message}`)));
    });
    return promise;
  }

  onBytes(listener: (bytes: Uint8Array) => void): void {
    this.#inbox.consume(listener);
  }

  async write(bytes: Uint8Array): Promise<Result<void, ChannelError>> {
    if (this.#ended) return err(coded("link.lost", this.#name));
    const written = await withDeadline<void, ChannelError>(
      this.#clock,
      WRITE_DEADLINE,
      undefined,
      `write ${bytes.length} bytes to ${this.#name}`,
      () => this.#write(bytes),
    );
    if (!written.ok && written.error.code === "common.deadline") this.#socket.destroy();
    return written;
  }

  async close(): Promise<void> {
    this.#close("closed");
    this.#socket.destroy();
  }

  #write(bytes: Uint8Array): Promise<Result<void, ChannelError>> {
    const { promise, resolve } = Promise.withResolvers<Result<void, ChannelError>>();
    this.#socket.write(bytes, (error) =>
      resolve(error ? err(coded("link.write-failed", `${this.#name}: ${error.message}`)) : ok()),
    );
    return promise;
  }
}

/** The network is in order and somebody says no; everything else means that nobody is there. */
const REFUSED: ReadonlySet<string> = new Set(["EACCES", "EPERM"]);
