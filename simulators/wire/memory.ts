import { coded } from "../../base/registry/coded-error.ts";
import { err, ok } from "../../base/result.ts";
import type { ByteChannel, OpenChannel } from "../../drivers/transport/byte-channel.ts";
import type { Wire } from "./wire.ts";

/** A cable in memory, for tests on a simulated clock: bytes arrive in the next microtask. */
export class MemoryWire implements Wire {
  readonly path = "memory";
  #plugged = true;
  #toDevice: (bytes: Uint8Array) => void = () => {};
  #hungUp: () => void = () => {};
  #channel: MemoryChannel | undefined;

  get plugged(): boolean {
    return this.#plugged;
  }

  onBytes(listener: (bytes: Uint8Array) => void): void {
    this.#toDevice = listener;
  }

  onHangUp(listener: () => void): void {
    this.#hungUp = listener;
  }

  plug(): void {
    this.#plugged = true;
  }

  unplug(): void {
    this.#plugged = false;
    this.#channel?.hangUp("unplugged");
    this.#channel = undefined;
  }

  async write(bytes: Uint8Array): Promise<void> {
    const channel = this.#channel;
    const copy = bytes.slice();
    await Promise.resolve();
    channel?.receive(copy);
  }

  /** The driver's end. */
  readonly open: OpenChannel = async () => {
    if (!this.#plugged) return err(coded("link.absent", this.path));
    if (this.#channel !== undefined) return err(coded("link.refused", `${this.path} is in use`));
    const channel: MemoryChannel = new MemoryChannel((bytes) => {
      if (this.#channel === channel) this.#toDevice(bytes);
    });
    this.#channel = channel;
    void channel.closed.then(() => {
      if (this.#channel !== channel) return;
      this.#channel = undefined;
      this.#hungUp();
    });
    return ok(channel);
  };
}

class MemoryChannel implements ByteChannel {
  readonly closed: Promise<string>;
  readonly #hangUp: (cause: string) => void;
  readonly #send: (bytes: Uint8Array) => void;
  #ended = false;
  #listener: ((bytes: Uint8Array) => void) | undefined;

  constructor(send: (bytes: Uint8Array) => void) {
    const { promise, resolve } = Promise.withResolvers<string>();
    this.closed = promise;
    this.#hangUp = resolve;
    this.#send = send;
  }

  async write(bytes: Uint8Array) {
    if (this.#ended) return err(coded("link.lost", "memory"));
    const copy = bytes.slice();
    await Promise.resolve();
    this.#send(copy);
    return ok();
  }

  onBytes(listener: (bytes: Uint8Array) => void): void {
    this.#listener = listener;
  }

  receive(bytes: Uint8Array): void {
    if (!this.#ended) this.#listener?.(bytes);
  }

  hangUp(cause: string): void {
    this.#ended = true;
    this.#hangUp(cause);
  }

  async close(): Promise<void> {
    this.hangUp("closed");
  }
}
