import { constants } from "node:fs";
import { type FileHandle, open, stat } from "node:fs/promises";
import type { Clock } from "../../base/clock.ts";
import { pause } from "../../base/deadline.ts";
import { coded } from "../../base/registry/coded-error.ts";
import { err, ok, type Result } from "../../base/result.ts";
import type { ByteChannel, ChannelError, OpenChannel } from "./byte-channel.ts";
import { identify, type SerialSettings, serialChannel } from "./serial.ts";

/** Character devices of the kernel's USB class drivers, `usblp` among them (Documentation/admin-guide/devices.txt). */
const USB_MAJOR = 180;
/** Node cannot be told when such a file has something to read, so it is looked at this often, milliseconds. */
const LOOK_EVERY = 20;
/** And more often for a while after something was written, because an answer is likely then. */
const LOOK_SOON = { every: 4, during: 500 };
/** A printer works one piece of at most 8 KB off before the kernel takes the next, milliseconds between two tries. */
const OFFER_EVERY = 5;
/** As long as flow control may hold a serial line. */
const WRITE_WITHIN = 10_000;
const READ_AT_ONCE = 512;

/** What a printer is connected by: a serial line, or the USB printer class (`/dev/usb/lp0`). Looked at anew at each opening. */
export function printerChannel(settings: SerialSettings, clock: Clock): OpenChannel {
  const serial = serialChannel(settings, clock);
  const port = printerPortChannel(settings.path, clock);
  return async (signal) => ((await major(settings.path)) === USB_MAJOR ? port(signal) : serial(signal));
}

async function major(path: string): Promise<number | undefined> {
  return await stat(path).then(
    ({ rdev }) => rdev >> 8,
    () => undefined,
  );
}

/**
 * Opens a printer of the USB printer class through the kernel's `usblp`, which lets one program in at a time. It says at the next
 * read that the printer is gone.
 */
export function printerPortChannel(path: string, clock: Clock): OpenChannel {
  return async () => {
    try {
      const file = await open(path, constants.O_RDWR | constants.O_NONBLOCK | constants.O_NOCTTY);
      const channel = new PrinterPort(file, path, clock);
      void channel.listen(await identify(path));
      return ok(channel);
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      return err(coded(code === "ENOENT" || code === "ENODEV" ? "link.absent" : "link.refused", message));
    }
  };
}

class PrinterPort implements ByteChannel {
  readonly closed: Promise<string>;
  readonly #file: FileHandle;
  readonly #path: string;
  readonly #clock: Clock;
  readonly #over = new AbortController();
  readonly #close: (cause: string) => void;
  #released: Promise<void> | undefined;
  #wroteAt = Number.NEGATIVE_INFINITY;
  #listener: ((bytes: Uint8Array) => void) | undefined;
  #early: Uint8Array[] = [];

  constructor(file: FileHandle, path: string, clock: Clock) {
    this.#file = file;
    this.#path = path;
    this.#clock = clock;
    const { promise, resolve } = Promise.withResolvers<string>();
    this.closed = promise;
    this.#close = resolve;
  }

  onBytes(listener: (bytes: Uint8Array) => void): void {
    this.#listener = listener;
    for (const bytes of this.#early.splice(0)) listener(bytes);
  }

  /** Ends with the channel. @param device what stood at the path when it was opened. */
  async listen(device: string | undefined): Promise<void> {
    const buffer = new Uint8Array(READ_AT_ONCE);
    while (!this.#over.signal.aborted) {
      const read = await this.#attempt(() => this.#file.read(buffer, 0, buffer.length, null));
      if (!read.ok) return void this.#hangUp(read.error);
      const length = read.value?.bytesRead ?? 0;
      if (length > 0) this.#receive(buffer.slice(0, length));
      // An empty packet and a line that was hung up look the same.
      else if (read.value !== undefined && (await identify(this.#path)) !== device)
        return void this.#hangUp("the device file is gone");
      else await pause(this.#clock, this.#nextLook(), this.#over.signal);
    }
  }

  #nextLook(): number {
    return this.#clock.monotonic() - this.#wroteAt < LOOK_SOON.during ? LOOK_SOON.every : LOOK_EVERY;
  }

  async write(bytes: Uint8Array): Promise<Result<void, ChannelError>> {
    const end = this.#clock.monotonic() + WRITE_WITHIN;
    this.#wroteAt = this.#clock.monotonic();
    for (let at = 0; at < bytes.length; ) {
      if (this.#over.signal.aborted) return err(coded("link.lost", this.#path));
      const written = await this.#attempt(() => this.#file.write(bytes, at));
      if (!written.ok) {
        void this.#hangUp(written.error);
        return err(coded("link.write-failed", `${this.#path}: ${written.error}`));
      }
      if (written.value !== undefined) at += written.value.bytesWritten;
      else if (this.#clock.monotonic() > end) {
        const error = coded("common.deadline", `write ${bytes.length} bytes to ${this.#path}, ${WRITE_WITHIN} ms`);
        void this.#hangUp(error.message);
        return err(error);
      } else await pause(this.#clock, OFFER_EVERY, this.#over.signal);
    }
    return this.#over.signal.aborted ? err(coded("link.lost", this.#path)) : ok();
  }

  async close(): Promise<void> {
    await this.#hangUp("closed");
  }

  /** `undefined` when the kernel has nothing to give, or takes nothing, at this moment. */
  async #attempt<T>(work: () => Promise<T>): Promise<Result<T | undefined, string>> {
    try {
      return ok(await work());
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      return code === "EAGAIN" ? ok(undefined) : err(message);
    }
  }

  #receive(bytes: Uint8Array): void {
    if (this.#listener === undefined) this.#early.push(bytes);
    else this.#listener(bytes);
  }

  #hangUp(cause: string): Promise<void> {
    this.#over.abort();
    this.#close(cause);
    this.#released ??= this.#file.close();
    return this.#released;
  }
}
