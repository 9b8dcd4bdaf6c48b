/** What the reader made of the bytes: a whole line, or the news that one was too long or no UTF-8 and was skipped. */
export type Line = { readonly text: string } | { readonly refused: "oversize" | "not-utf8" };

const LINE_FEED = 0x0a;

/**
 * Cuts a byte stream into lines, whatever the chunks. It holds at most `limit` bytes: a longer line is skipped to its end and
 * reported once, and the next line is read as usual.
 */
export class LineReader {
  readonly #limit: number;
  readonly #decoder = new TextDecoder("utf-8", { fatal: true });
  #held: Uint8Array[] = [];
  #length = 0;
  #skipping = false;

  /** @param limit longest line without its line feed, bytes. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  push(chunk: Uint8Array): Line[] {
    const lines: Line[] = [];
    let from = 0;
    for (let end = chunk.indexOf(LINE_FEED); end !== -1; end = chunk.indexOf(LINE_FEED, from)) {
      this.#hold(chunk.subarray(from, end), lines);
      if (!this.#skipping) lines.push(this.#decode());
      this.#reset();
      from = end + 1;
    }
    this.#hold(chunk.subarray(from), lines);
    return lines;
  }

  #hold(part: Uint8Array, lines: Line[]): void {
    if (this.#skipping || part.length === 0) return;
    if (this.#length + part.length > this.#limit) {
      this.#reset();
      this.#skipping = true;
      lines.push({ refused: "oversize" });
      return;
    }
    this.#held.push(part.slice());
    this.#length += part.length;
  }

  #decode(): Line {
    const bytes = new Uint8Array(this.#length);
    let at = 0;
    for (const part of this.#held) {
      bytes.set(part, at);
      at += part.length;
    }
    try {
      return { text: this.#decoder.decode(bytes) };
    } catch {
      return { refused: "not-utf8" };
    }
  }

  #reset(): void {
    this.#held = [];
    this.#length = 0;
    this.#skipping = false;
  }
}
