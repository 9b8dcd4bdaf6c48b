import { execFileSync } from "node:child_process";
import { closeSync, constants, mkdirSync, openSync, rmSync, symlinkSync, write } from "node:fs";
import { dirname } from "node:path";
import type { ReadStream } from "node:tty";
import * as nodePty from "@lydell/node-pty";

type Plugged = { readonly master: ReadStream; readonly fd: number; readonly keepAlive: number };

/** The private face of node-pty's terminal that carries raw bytes; `@lydell/node-pty` is pinned for it. */
type RawPty = { readonly _master: ReadStream; readonly _slave: ReadStream; readonly fd: number; readonly _pty: string };

const { open: openPty } = nodePty as unknown as { open(options: { encoding: null }): RawPty };

/**
 * A serial cable that ends in a pseudo-terminal. The driver opens `path` as it would open `/dev/ttyACM0`; the simulated
 * device reads and writes the other end. `unplug` hangs the line up and removes the path, `plug` makes a new one: what
 * the kernel does when a USB cable is pulled and put back.
 */
export class PtyWire {
  /** A symbolic link that lives while the cable is plugged in. */
  readonly path: string;
  #plugged: Plugged | undefined;
  #listener: (bytes: Uint8Array) => void = () => {};
  #queue: Promise<void> = Promise.resolve();

  constructor(path: string) {
    this.path = path;
  }

  get plugged(): boolean {
    return this.#plugged !== undefined;
  }

  /** Sets the consumer of what the driver writes. */
  onBytes(listener: (bytes: Uint8Array) => void): void {
    this.#listener = listener;
  }

  plug(): void {
    if (this.#plugged) return;
    const pty = openPty({ encoding: null });
    pty._slave.destroy();
    execFileSync("stty", ["-F", pty._pty, "raw", "-echo"]);
    // Without one open slave, reads of the master fail as soon as the driver closes its end.
    const keepAlive = openSync(pty._pty, constants.O_RDWR | constants.O_NOCTTY);
    pty._master.on("data", (bytes: Uint8Array) => this.#listener(bytes));
    pty._master.on("error", () => {});
    this.#plugged = { master: pty._master, fd: pty.fd, keepAlive };
    mkdirSync(dirname(this.path), { recursive: true });
    rmSync(this.path, { force: true });
    symlinkSync(pty._pty, this.path);
  }

  /** Pulls the cable. Bytes still queued are lost. */
  unplug(): void {
    const plugged = this.#plugged;
    if (!plugged) return;
    this.#plugged = undefined;
    rmSync(this.path, { force: true });
    closeSync(plugged.keepAlive);
    plugged.master.destroy();
  }

  /** Sends bytes to the driver, in order; lost when the cable is out. */
  write(bytes: Uint8Array): Promise<void> {
    const plugged = this.#plugged;
    this.#queue = this.#queue.then(() => this.#writeAll(bytes, plugged));
    return this.#queue;
  }

  #writeAll(bytes: Uint8Array, plugged: Plugged | undefined): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const step = (offset: number) => {
      if (offset >= bytes.length || plugged === undefined || this.#plugged !== plugged) return resolve();
      write(plugged.fd, bytes, offset, bytes.length - offset, null, (error, written) => {
        if (error?.code === "EAGAIN") setImmediate(step, offset);
        else if (error) resolve();
        else step(offset + written);
      });
    };
    step(0);
    return promise;
  }
}
