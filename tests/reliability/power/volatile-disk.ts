import type { Random } from "../../usb-lab/inside/random.ts";

export const SECTOR = 512;

/** How much of what lay in the cache the platter had got when the power went. */
export type Loss = "all" | "some" | "torn";

/** What a power cut took. */
export type CutReport = {
  readonly loss: Loss;
  /** Writes since the last flush, and how many of them did not, or not wholly, reach the medium. */
  readonly cached: number;
  readonly lost: number;
  readonly torn: number;
};

/** One request of the guest, told before it is served: the moment for a cut. */
export type DiskRequest = "read" | "write" | "flush";

type Write = { readonly offset: number; readonly data: Buffer };

/**
 * A disk drive with a write-back cache, as ATA and virtio describe it: a write is answered from the cache, in which it may stay for ever, and
 * only a flush makes what was answered before durable. When the power goes, each cached write has reached the medium or not, whatever came before or
 * after it: the order is nobody's promise. A sector is written whole or not at all; a longer write may be torn between sectors.
 */
export class VolatileDisk {
  /** Says that it has flushed, and has not. */
  lies = false;
  /** Everything that would be there after a loss of all that is not flushed. */
  #medium: Buffer;
  /** What the guest reads. */
  #current: Buffer;
  #cache: Write[] = [];
  #powered = true;
  #listener: (request: DiskRequest) => void = () => {};

  /** @param image taken over, not copied. */
  constructor(image: Buffer) {
    this.#medium = image;
    this.#current = Buffer.from(image);
  }

  get bytes(): number {
    return this.#medium.length;
  }

  get powered(): boolean {
    return this.#powered;
  }

  /** What lies on the medium. */
  get image(): Buffer {
    return this.#medium;
  }

  /** Sets the listener for every request, before it is served. */
  onRequest(listener: (request: DiskRequest) => void): void {
    this.#listener = listener;
  }

  /** @returns `undefined` without power, like the others. */
  read(offset: number, length: number): Buffer | undefined {
    this.#listener("read");
    return this.#powered ? Buffer.from(this.#current.subarray(offset, offset + length)) : undefined;
  }

  /** @param through past the cache ("force unit access"): this write is durable when it is answered. */
  write(offset: number, data: Buffer, through: boolean): boolean {
    this.#listener("write");
    // What arrives as the power goes may still reach the medium, in part.
    this.#cache.push({ offset, data });
    if (!this.#powered) return false;
    data.copy(this.#current, offset);
    if (through && !this.lies) data.copy(this.#medium, offset);
    return true;
  }

  flush(): boolean {
    this.#listener("flush");
    if (!this.#powered) return false;
    if (this.lies) return true;
    for (const { offset, data } of this.#cache) data.copy(this.#medium, offset);
    this.#cache = [];
    return true;
  }

  /** Another disk in this one's place. @param image taken over. */
  insert(image: Buffer): void {
    this.#medium = image;
    this.#current = Buffer.from(image);
    this.#cache = [];
  }

  /** Nothing is answered any more. */
  powerOff(): void {
    this.#powered = false;
  }

  /** Decides what was lost, and gives the power back: the next machine finds what the medium has. */
  powerOn(random: Random): CutReport {
    const loss = (["all", "some", "torn"] as const)[Math.floor(random() * 3)] ?? "all";
    const cache = this.#cache;
    this.#cache = [];
    let lost = 0;
    let torn = 0;
    for (const write of cache) {
      const kept = loss === "all" ? 0 : this.#keep(write, loss, random);
      if (kept === 0) lost++;
      else if (kept < write.data.length / SECTOR) torn++;
    }
    this.#current = Buffer.from(this.#medium);
    this.#powered = true;
    return { loss, cached: cache.length, lost, torn };
  }

  /** @returns how many sectors reached the medium. */
  #keep({ offset, data }: Write, loss: Loss, random: Random): number {
    let kept = 0;
    const whole = random() < 0.5;
    for (let at = 0; at < data.length; at += SECTOR) {
      if (loss === "torn" ? random() < 0.5 : whole) {
        data.copy(this.#medium, offset + at, at, at + SECTOR);
        kept++;
      }
    }
    return kept;
  }
}
