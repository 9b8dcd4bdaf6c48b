const CR = 0x0d;
const LF = 0x0a;

export type LineFramingCounts = {
  /** Lines handed over. */
  readonly lines: number;
  /** Lines thrown away because they were longer than allowed. */
  readonly overlong: number;
};

/**
 * Cuts a stream of bytes into lines that end in CR, LF or CRLF. Incremental and bounded: whatever the chunks, the lines
 * are the same, and no more than `maxLength` bytes are ever kept. A longer line is counted and dropped up to its
 * terminator. Empty lines carry nothing and are left out, which also makes CRLF one terminator wherever it is split.
 * Bytes are not interpreted.
 */
export class LineFraming {
  readonly #maxLength: number;
  #partial: number[] = [];
  #skipping = false;
  #counts = { lines: 0, overlong: 0 };

  constructor(maxLength: number) {
    this.#maxLength = maxLength;
  }

  /** Takes the next bytes; the lines that they complete, in order. */
  push(bytes: Uint8Array): Uint8Array[] {
    const lines: Uint8Array[] = [];
    for (const byte of bytes) {
      if (byte === CR || byte === LF) this.#terminate(lines);
      else if (this.#skipping) continue;
      else if (this.#partial.length < this.#maxLength) this.#partial.push(byte);
      else {
        this.#skipping = true;
        this.#partial = [];
        this.#counts.overlong++;
      }
    }
    return lines;
  }

  /** Forgets what has come of an unfinished line; whether there was any. */
  discard(): boolean {
    const unfinished = this.#skipping || this.#partial.length > 0;
    this.#partial = [];
    this.#skipping = false;
    return unfinished;
  }

  get counts(): LineFramingCounts {
    return { ...this.#counts };
  }

  #terminate(lines: Uint8Array[]): void {
    if (this.#partial.length > 0) {
      lines.push(Uint8Array.from(this.#partial));
      this.#counts.lines++;
    }
    this.#partial = [];
    this.#skipping = false;
  }
}
