import { stat } from "node:fs/promises";
import { SerialPort } from "serialport";
import type { Clock } from "../../base/clock.ts";
import { pause, withDeadline } from "../../base/deadline.ts";
import { coded } from "../../base/registry/coded-error.ts";
import { err, ok, type Result } from "../../base/result.ts";
import type { ByteChannel, ChannelError, OpenChannel } from "./byte-channel.ts";
import { Inbox } from "./inbox.ts";

export type SerialSettings = {
  /** Device file, e.g. `/dev/serial/by-id/…`. Never a scan: only ports that configuration assigned. */
  readonly path: string;
  /** Bits per second; 8 data bits, no parity, 1 stop bit. */
  readonly baudRate: number;
  readonly flowControl?: "none" | "rts-cts" | "xon-xoff";
};

const BITS_PER_BYTE_ON_THE_LINE = 10;
/** Beyond the pure line time: flow control may hold the line for as long as a printer needs to work off its buffer. */
const WRITE_GRACE = 10_000;
const OPEN_DEADLINE = 5_000;
/** What comes before a consumer is set is kept up to this, bytes; a device that sends more is hung up on. */
const MAX_EARLY = 65_536;
/**
 * serialport does not always notice a hang-up before the next write (seen with ptys; see its issues on missed unplug
 * events). The device file is removed or replaced by the kernel at once, so it is looked at this often.
 */
export const PRESENCE_INTERVAL = 200;

/** Opens serial ports (also USB CDC-ACM and ptys) through the serialport package. */
export function serialChannel(settings: SerialSettings, clock: Clock): OpenChannel {
  return async (signal) => {
    const device = await identify(settings.path);
    if (device === undefined) return err(coded("link.absent", settings.path));
    const port = new SerialPort({
      path: settings.path,
      baudRate: settings.baudRate,
      rtscts: settings.flowControl === "rts-cts",
      xon: settings.flowControl === "xon-xoff",
      xoff: settings.flowControl === "xon-xoff",
      autoOpen: false,
    });
    const channel = new SerialChannel(port, settings, clock);
    const opened = await withDeadline(clock, OPEN_DEADLINE, signal, `open ${settings.path}`, () => channel.open());
    if (!opened.ok) {
      await channel.close();
      return opened;
    }
    void channel.watch(device);
    return opened;
  };
}

/** What file stands at `path` now; a replugged device is another file under the same name. */
export function identify(path: string): Promise<string | undefined> {
  return stat(path).then(
    ({ dev, ino, rdev }) => `${dev}:${ino}:${rdev}`,
    () => undefined,
  );
}

class SerialChannel implements ByteChannel {
  readonly closed: Promise<string>;
  readonly #port: SerialPort;
  readonly #settings: SerialSettings;
  readonly #clock: Clock;
  readonly #close: (cause: string) => void;
  readonly #inbox: Inbox<Uint8Array>;
  /** Writes under way: a reaction to `closed` for each would be kept for as long as the port is open, which is weeks. */
  readonly #writing = new Set<(cause: string) => void>();
  #ended = false;

  constructor(port: SerialPort, settings: SerialSettings, clock: Clock) {
    this.#port = port;
    this.#settings = settings;
    this.#clock = clock;
    const { promise, resolve } = Promise.withResolvers<string>();
    this.closed = promise;
    this.#close = (cause) => {
      this.#ended = true;
      resolve(cause);
      for (const end of this.#writing) end(cause);
    };
    this.#inbox = new Inbox(
      MAX_EARLY,
      () => void this.#hangUp("more bytes than anybody asked for"),
      ({ length }) => length,
    );
  }

  open(): Promise<Result<ByteChannel, ChannelError>> {
    const { promise, resolve } = Promise.withResolvers<Result<ByteChannel, ChannelError>>();
    this.#port.on("data", (bytes: Uint8Array) => this.#inbox.take(bytes));
    // serialport may emit `close` twice after a hang-up; settling is idempotent.
    this.#port.on("close", (cause?: Error | null) => this.#close(cause?.message ?? "closed"));
    this.#port.on("error", (error) => this.#close(error.message));
    this.#port.open((error) => {
      if (!error) return resolve(ok(this));
      const detail = `${this.#settings.path}: ${error.message}`;
      resolve(err(coded(/no such file/i.test(error.message) ? "link.absent" : "link.refused", detail)));
    });
    return promise;
  }

  /** Hangs up when another device, or none, stands at the path. Ends with the channel. */
  async watch(device: string): Promise<void> {
    const ended = new AbortController();
    void this.closed.then(() => ended.abort());
    while (await pause(this.#clock, PRESENCE_INTERVAL, ended.signal)) {
      if ((await identify(this.#settings.path)) !== device) await this.#hangUp("the device file is gone");
    }
  }

  onBytes(listener: (bytes: Uint8Array) => void): void {
    this.#inbox.consume(listener);
  }

  async write(bytes: Uint8Array): Promise<Result<void, ChannelError>> {
    if (this.#ended) return err(coded("link.lost", this.#settings.path));
    const lineTime = (bytes.length * BITS_PER_BYTE_ON_THE_LINE * 1000) / this.#settings.baudRate;
    const written = await withDeadline<void, ChannelError>(
      this.#clock,
      lineTime + WRITE_GRACE,
      undefined,
      `write ${bytes.length} bytes to ${this.#settings.path}`,
      () => this.#writeAndDrain(bytes),
    );
    if (!written.ok && written.error.code !== "common.cancelled") void this.#hangUp(written.error.message);
    return written;
  }

  /** `drain` is tcdrain in a thread pool and may block for ever under flow control; the caller sets the deadline. */
  #writeAndDrain(bytes: Uint8Array): Promise<Result<void, ChannelError>> {
    const { promise, resolve } = Promise.withResolvers<Result<void, ChannelError>>();
    const fail = (error: Error) => resolve(err(coded("link.write-failed", `${this.#settings.path}: ${error.message}`)));
    const end = (cause: string) => resolve(err(coded("link.lost", `${this.#settings.path}: ${cause}`)));
    this.#writing.add(end);
    this.#port.write(bytes, (error) => {
      if (error) return fail(error);
      this.#port.drain((failure) => (failure ? fail(failure) : resolve(ok())));
    });
    return promise.finally(() => this.#writing.delete(end));
  }

  async close(): Promise<void> {
    await this.#hangUp("closed");
  }

  #hangUp(cause: string): Promise<void> {
    this.#close(cause);
    if (!this.#port.isOpen) return Promise.resolve();
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#port.close(() => resolve());
    return promise;
  }
}
