import { coded } from "../../base/registry/coded-error.ts";
import { err, ok } from "../../base/result.ts";
import type { ByteChannel, OpenChannel } from "../../drivers/transport/byte-channel.ts";

/**
 * The device's end of a cable. `PtyWire` is one that a driver opens as a port; `MemoryWire` needs no operating system.
 */
export interface DeviceWire {
  readonly path: string;
  readonly plugged: boolean;
  onBytes(listener: (bytes: Uint8Array) => void): void;
  plug(): void;
  unplug(): void;
  write(bytes: Uint8Array): Promise<void>;
}

/** A cable in memory, for tests on a simulated clock: bytes arrive at once, in order. */
export class MemoryWire implements DeviceWire {
  readonly path = "memory";
  /** Opens the driver's end. */
  readonly open: OpenChannel = async () => this.#open();
  #plugged = false;
  #toDevice: (bytes: Uint8Array) => void = () => {};
  #channel: MemoryChannel | undefined;

  get plugged(): boolean {
    return this.#plugged;
  }

  onBytes(listener: (bytes: Uint8Array) => void): void {
    this.#toDevice = listener;
  }

  plug(): void {
    this.#plugged = true;
  }

  unplug(): void {
    this.#plugged = false;
    this.#channel?.hangUp("unplugged");
    this.#channel = undefined;
  }

  write(bytes: Uint8Array): Promise<void> {
    this.#channel?.receive(bytes);
    return Promise.resolve();
  }

  #open() {
    if (!this.#plugged) return err(coded("link.absent", this.path));
    if (this.#channel !== undefined) return err(coded("link.refused", this.path));
    const channel = new MemoryChannel(
      (bytes) => this.#toDevice(bytes),
      () => {
        if (this.#channel === channel) this.#channel = undefined;
      },
    );
    this.#channel = channel;
    return ok<ByteChannel>(channel);
  }
}

class MemoryChannel implements ByteChannel {
  readonly closed: Promise<string>;
  readonly #send: (bytes: Uint8Array) => void;
  readonly #release: () => void;
  readonly #settle: (cause: string) => void;
  #open = true;
  #listener: ((bytes: Uint8Array) => void) | undefined;
  #early: Uint8Array[] = [];

  constructor(send: (bytes: Uint8Array) => void, release: () => void) {
    this.#send = send;
    this.#release = release;
    const { promise, resolve } = Promise.withResolvers<string>();
    this.closed = promise;
    this.#settle = resolve;
  }

  async write(bytes: Uint8Array) {
    if (!this.#open) return err(coded("link.lost", "memory"));
    this.#send(bytes);
    return ok();
  }

  onBytes(listener: (bytes: Uint8Array) => void): void {
    this.#listener = listener;
    for (const bytes of this.#early.splice(0)) listener(bytes);
  }

  receive(bytes: Uint8Array): void {
    if (this.#listener === undefined) this.#early.push(bytes);
    else this.#listener(bytes);
  }

  hangUp(cause: string): void {
    this.#open = false;
    this.#release();
    this.#settle(cause);
  }

  close(): Promise<void> {
    this.hangUp("closed");
    return Promise.resolve();
  }
}
