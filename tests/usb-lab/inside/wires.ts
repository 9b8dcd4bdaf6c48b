import { closeSync, constants, openSync, readSync, writeSync } from "node:fs";
import { join } from "node:path";
import { SerialPort } from "serialport";
import { pause } from "../../../base/deadline.ts";
import { systemClock } from "../../../base/node/system-clock.ts";
import type { Wire } from "../../../simulators/wire/wire.ts";
import type { Gadget } from "./gadget.ts";
import { LINKS } from "./names.ts";

/** The gadget's files cannot be waited for from Node; they are looked at this often, milliseconds. */
const LOOK_EVERY = 4;
const READ_AT_ONCE = 4_096;
const NON_BLOCKING = constants.O_RDWR | constants.O_NONBLOCK;

/** A USB cable between a simulator and the kernel's host side. What is done to it is done in order. */
abstract class GadgetWire implements Wire {
  readonly path: string;
  protected readonly gadget: Gadget;
  protected listener: (bytes: Uint8Array) => void = () => {};
  #plugged = false;
  #turns: Promise<void> = Promise.resolve();

  constructor(gadget: Gadget) {
    this.gadget = gadget;
    this.path = join(LINKS, gadget.name);
  }

  get plugged(): boolean {
    return this.#plugged;
  }

  onBytes(listener: (bytes: Uint8Array) => void): void {
    this.listener = listener;
  }

  plug(): void {
    if (this.#plugged) return;
    this.#plugged = true;
    this.#turns = this.#turns.then(() => this.attach());
  }

  unplug(): void {
    if (!this.#plugged) return;
    this.#plugged = false;
    this.#turns = this.#turns.then(() => this.detach());
  }

  abstract write(bytes: Uint8Array): Promise<void>;

  /** Resolves when the plug is really in, or out. */
  settled(): Promise<void> {
    return this.#turns;
  }

  protected abstract attach(): Promise<void>;
  protected abstract detach(): Promise<void>;
}

/** CDC-ACM: the simulator holds `/dev/ttyGS*`, which the kernel hangs up with each unplug. */
export class AcmWire extends GadgetWire {
  #port: SerialPort | undefined;
  #out = Promise.withResolvers<void>();
  #queue: Promise<void> = Promise.resolve();

  write(bytes: Uint8Array): Promise<void> {
    const port = this.#port;
    const out = this.#out.promise;
    this.#queue = this.#queue.then(async () => {
      if (port === undefined || port !== this.#port) return;
      const { promise, resolve } = Promise.withResolvers<void>();
      port.write(bytes, () => resolve());
      await Promise.race([promise, out]);
    });
    return this.#queue;
  }

  protected async attach(): Promise<void> {
    const path = `/dev/ttyGS${this.gadget.read("port_num")}`;
    const port = new SerialPort({ path, baudRate: 115_200, lock: false, autoOpen: false });
    port.on("data", (bytes: Uint8Array) => this.listener(bytes));
    port.on("error", () => {});
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    port.open((error) => (error ? reject(error) : resolve()));
    await promise;
    this.#port = port;
    this.#out = Promise.withResolvers<void>();
    this.gadget.bind();
  }

  protected async detach(): Promise<void> {
    const port = this.#port;
    this.#port = undefined;
    this.gadget.unbind();
    this.#out.resolve();
    if (port?.isOpen !== true) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    port.close(() => resolve());
    await promise;
  }
}

/** Printer class and HID: the node comes and goes with the plug. */
class NodeWire extends GadgetWire {
  readonly #node: string;
  #file: number | undefined;
  #off = new AbortController();
  #queue: Promise<void> = Promise.resolve();

  constructor(gadget: Gadget, node: string) {
    super(gadget);
    this.#node = node;
  }

  write(bytes: Uint8Array): Promise<void> {
    const off = this.#off.signal;
    this.#queue = this.#queue.then(async () => {
      // Plugged in, and the host knows it already; our own end may not be open yet.
      while (this.plugged && this.#file === undefined && !off.aborted) await pause(systemClock, LOOK_EVERY, off);
      const file = this.#file;
      for (let at = 0; at < bytes.length && file !== undefined && !off.aborted; ) {
        const written = attempt(() => writeSync(file, bytes, at));
        if (written === "gone") return;
        if (written === "later") await pause(systemClock, LOOK_EVERY, off);
        else at += written;
      }
    });
    return this.#queue;
  }

  protected async attach(): Promise<void> {
    this.gadget.bind();
    this.#off = new AbortController();
    void this.#listen(this.#off.signal);
  }

  protected async detach(): Promise<void> {
    const file = this.#file;
    this.#file = undefined;
    this.#off.abort();
    this.gadget.unbind();
    if (file !== undefined) closeSync(file);
  }

  async #listen(off: AbortSignal): Promise<void> {
    const buffer = new Uint8Array(READ_AT_ONCE);
    while (!off.aborted) {
      const length = attempt(() => this.#read(buffer));
      if (typeof length === "number" && length > 0) this.listener(buffer.slice(0, length));
      else await pause(systemClock, LOOK_EVERY, off);
    }
  }

  /** The printer's node cannot be opened before the host has configured the device. */
  #read(buffer: Uint8Array): number {
    this.#file ??= openSync(this.#node, NON_BLOCKING);
    return readSync(this.#file, buffer);
  }
}

/** `later`: the kernel has nothing, or no room, at this moment. `gone`: the host is not there, which may pass. */
function attempt(work: () => number): number | "later" | "gone" {
  try {
    return work();
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EAGAIN" ? "later" : "gone";
  }
}

export class PrinterWire extends NodeWire {
  constructor(gadget: Gadget) {
    super(gadget, "/dev/g_printer0");
  }
}

export class HidWire extends NodeWire {
  constructor(gadget: Gadget) {
    super(gadget, `/dev/hidg${gadget.read("dev").split(":")[1]}`);
  }
}
