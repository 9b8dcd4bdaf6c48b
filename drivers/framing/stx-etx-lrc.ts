import { concat } from "../../base/bytes/bytes.ts";
import { lrc } from "../../base/bytes/checksum.ts";

/**
 * Framing of Transbank's cash-register protocol: `STX data ETX LRC`, with single bytes ACK and NAK between frames. The
 * LRC is the exclusive or of the data and the ETX, so it may equal any other control byte: only the position tells.
 * Source: TransbankDevelopers documentation, POS Integrado, "Protocolo de comunicación".
 */
export const STX = 0x02;
export const ETX = 0x03;
export const ACK = 0x06;
export const NAK = 0x15;

/** Longest data of one frame, bytes. The longest published message carries a voucher of some dozens of 40-character lines. */
export const MAX_FRAME_DATA = 16_384;

export type FramingItem =
  | { readonly kind: "ack" }
  | { readonly kind: "nak" }
  | { readonly kind: "frame"; readonly data: Uint8Array }
  /** A whole frame whose check byte is wrong: the receiver answers NAK. */
  | { readonly kind: "bad-frame"; readonly data: Uint8Array };

/** What was received and why bytes were thrown away, since the reader was made. */
export type FramingCounters = {
  frames: number;
  badLrc: number;
  /** Frames that were cut off by the start of another. */
  restarted: number;
  /** Frames that grew beyond the limit. */
  overlong: number;
  /** Frames that stopped half-way and were given up by `abandon`. */
  abandoned: number;
  /** Bytes outside a frame that mean nothing. */
  junkBytes: number;
  /** Ends of frames whose start was never seen. */
  orphanEnds: number;
};

/** Data to the bytes on the line. @throws RangeError when the data holds STX or ETX, or is too long to be read back. */
export function encodeFrame(data: Uint8Array): Uint8Array {
  if (data.includes(STX) || data.includes(ETX)) throw new RangeError("frame data must not hold STX or ETX");
  if (data.length > MAX_FRAME_DATA) throw new RangeError(`frame data of ${data.length} bytes`);
  const checked = concat([data, Uint8Array.of(ETX)]);
  return concat([Uint8Array.of(STX), checked, Uint8Array.of(lrc(checked))]);
}

/**
 * Incremental and total: takes bytes in pieces of any size, never throws, never holds more than one frame. After
 * whatever rubbish, the next whole frame is found.
 */
export class StxEtxLrcReader {
  readonly counters: FramingCounters = {
    frames: 0,
    badLrc: 0,
    restarted: 0,
    overlong: 0,
    abandoned: 0,
    junkBytes: 0,
    orphanEnds: 0,
  };
  readonly #data = new Uint8Array(MAX_FRAME_DATA);
  #length = 0;
  #state: "outside" | "inside" | "check" | "orphan-check" = "outside";

  push(bytes: Uint8Array): FramingItem[] {
    const items: FramingItem[] = [];
    for (let at = 0; at < bytes.length; ) {
      if (this.#state === "inside") at = this.#text(bytes, at);
      if (at === bytes.length) break;
      const item = this.#step(bytes[at++] ?? 0);
      if (item !== undefined) items.push(item);
    }
    return items;
  }

  /** Whether a frame has begun and not ended. */
  get midFrame(): boolean {
    return this.#state === "inside" || this.#state === "check";
  }

  /** Gives up a frame whose end will not come. The owner decides when; time is not this reader's business. */
  abandon(): void {
    if (!this.midFrame) return;
    this.counters.abandoned++;
    this.#state = "outside";
  }

  /** Takes a frame's text at once, as far as it goes and there is room. @returns where it ends. */
  #text(bytes: Uint8Array, from: number): number {
    const room = Math.min(bytes.length, from + MAX_FRAME_DATA - this.#length);
    let to = from;
    while (to < room && bytes[to] !== STX && bytes[to] !== ETX) to++;
    this.#data.set(bytes.subarray(from, to), this.#length);
    this.#length += to - from;
    return to;
  }

  #step(byte: number): FramingItem | undefined {
    switch (this.#state) {
      case "outside":
        return this.#outside(byte);
      case "inside":
        return this.#inside(byte);
      case "check":
        return this.#check(byte);
      case "orphan-check":
        // The check byte of a frame whose start was lost may look like ACK or NAK and must not be taken for one.
        if (byte === STX) this.#begin();
        else this.#state = "outside";
        return undefined;
    }
  }

  #outside(byte: number): FramingItem | undefined {
    if (byte === ACK) return { kind: "ack" };
    if (byte === NAK) return { kind: "nak" };
    if (byte === STX) this.#begin();
    else if (byte === ETX) {
      this.counters.orphanEnds++;
      this.#state = "orphan-check";
    } else this.counters.junkBytes++;
    return undefined;
  }

  #inside(byte: number): undefined {
    if (byte === ETX) this.#state = "check";
    else if (byte === STX) {
      // Data is text: a second STX means that the end of the first frame was lost.
      this.counters.restarted++;
      this.#begin();
    } else {
      // Text that `#text` left: there is no room for it.
      this.counters.overlong++;
      this.#state = "outside";
    }
  }

  #check(byte: number): FramingItem {
    const data = this.#data.slice(0, this.#length);
    this.#state = "outside";
    if ((lrc(data) ^ ETX) === byte) {
      this.counters.frames++;
      return { kind: "frame", data };
    }
    this.counters.badLrc++;
    // Where the check byte itself was lost, this is the start of the next frame.
    if (byte === STX) this.#begin();
    return { kind: "bad-frame", data };
  }

  #begin(): void {
    this.#state = "inside";
    this.#length = 0;
  }
}
