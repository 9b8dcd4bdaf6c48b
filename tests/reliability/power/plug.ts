import type { Countdown } from "./moments.ts";
import type { VolatileDisk } from "./volatile-disk.ts";

/** The plug of the PC: armed, it comes out by itself at its moment. */
export class Plug {
  readonly #disk: VolatileDisk;
  readonly #cut: () => void;
  #left: { readonly by: "writes" | "flushes"; count: number } | undefined;
  #timer: NodeJS.Timeout | undefined;
  #out = Promise.withResolvers<void>();

  /** @param cut ends the PC; the disk is without power by then. */
  constructor(disk: VolatileDisk, cut: () => void) {
    this.#disk = disk;
    this.#cut = cut;
    disk.onRequest((request) => {
      const left = this.#left;
      if (left === undefined || request !== (left.by === "writes" ? "write" : "flush")) return;
      if (--left.count <= 0) this.pull();
    });
  }

  /** Resolves when it has been pulled. */
  get out(): Promise<void> {
    return this.#out.promise;
  }

  get isOut(): boolean {
    return !this.#disk.powered;
  }

  /** Counts from now; nothing new when it has been armed or pulled. */
  arm({ by, count }: Countdown): void {
    if (this.#left !== undefined || this.#timer !== undefined || this.isOut) return;
    if (by === "milliseconds") this.#timer = setTimeout(() => this.pull(), count);
    else this.#left = { by, count };
  }

  /** Pulls it now. */
  pull(): void {
    if (this.isOut) return;
    this.disarm();
    this.#disk.powerOff();
    this.#cut();
    this.#out.resolve();
  }

  disarm(): void {
    this.#left = undefined;
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  /** Put back: to be armed anew. */
  pluggedIn(): void {
    this.#out = Promise.withResolvers();
  }
}
