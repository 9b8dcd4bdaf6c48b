const FIRST = 4_096;

/**
 * The bytes of an answer in one piece: a chunk kept by itself takes a hundred bytes, and a device may send bytes one by one. What it
 * outgrows is overwritten, because it may be a citizen's paper.
 */
export class BoundedBytes {
  readonly #most: number;
  #held = new Uint8Array(FIRST);
  #length = 0;

  /** @param most bytes that an answer may have. */
  constructor(most: number) {
    this.#most = most;
  }

  /** `false` when it is more than an answer may have. */
  take(chunk: Uint8Array): boolean {
    const length = this.#length + chunk.length;
    if (length > this.#most) return false;
    if (length > this.#held.length) {
      const larger = new Uint8Array(Math.max(length, 2 * this.#held.length));
      larger.set(this.#held.subarray(0, this.#length));
      this.destroy();
      this.#held = larger;
    }
    this.#held.set(chunk, this.#length);
    this.#length = length;
    return true;
  }

  /** What has been taken; a view, not a copy. */
  get bytes(): Uint8Array {
    return this.#held.subarray(0, this.#length);
  }

  /** Overwrites what has been taken. */
  destroy(): void {
    this.#held.fill(0);
  }
}
