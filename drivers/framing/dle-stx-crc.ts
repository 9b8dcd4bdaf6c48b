import { concat } from "../../base/bytes/bytes.ts";
import { crc16Kermit } from "../../base/bytes/checksum.ts";

/**
 * Framing of ZVT's serial line: `DLE STX data DLE ETX CRC-low CRC-high`, with single bytes ACK and NAK between frames. A
 * DLE in the data is doubled; the CRC is over the data as it was before doubling, and the ETX. The CRC itself is not
 * doubled, so it may look like anything: only the position tells. Source: ZVT transport protocol PA00P016, revision 03,
 * chapters 3.1 to 3.3.
 */
export const DLE = 0x10;
export const STX = 0x02;
export const ETX = 0x03;
export const ACK = 0x06;
export const NAK = 0x15;

/** Longest data of one frame, bytes: an APDU of `MAX_APDU_DATA` with its header. */
export const MAX_FRAME_DATA = 16_389;

export type DleFramingItem =
  | { readonly kind: "ack" }
  | { readonly kind: "nak" }
  | { readonly kind: "frame"; readonly data: Uint8Array }
  /** A frame that ended, but is damaged: the receiver answers NAK. */
  | { readonly kind: "bad-frame" };

/** What was received and why bytes were thrown away, since the reader was made. */
export type DleFramingCounters = {
  frames: number;
  badCrc: number;
  /** A DLE inside a frame was followed by a byte that means nothing there. */
  badEscapes: number;
  /** Frames that were cut off by the start of another. */
  restarted: number;
  /** Frames that grew beyond the limit. */
  overlong: number;
  /** Frames that stopped half-way and were given up by `abandon`. */
  abandoned: number;
  /** Bytes outside a frame that mean nothing. */
  junkBytes: number;
};

/** Data to the bytes on the line. @throws RangeError when the data is too long to be read back. */
export function encodeDleFrame(data: Uint8Array): Uint8Array {
  if (data.length > MAX_FRAME_DATA) throw new RangeError(`frame data of ${data.length} bytes`);
  const escaped = [...data].flatMap((byte) => (byte === DLE ? [DLE, DLE] : [byte]));
  const crc = crc16Kermit(concat([data, Uint8Array.of(ETX)]));
  return concat([Uint8Array.of(DLE, STX), Uint8Array.from(escaped), Uint8Array.of(DLE, ETX, crc & 0xff, crc >> 8)]);
}

type State = "outside" | "outside-dle" | "inside" | "inside-dle" | "crc-low" | "crc-high";

/**
 * Incremental and total: takes bytes in pieces of any size, never throws, never holds more than one frame. After whatever
 * rubbish, the next whole frame is found: `DLE STX` begins a frame wherever it stands, because a DLE in the data is doubled.
 */
export class DleFrameReader {
  readonly counters: DleFramingCounters = {
    frames: 0,
    badCrc: 0,
    badEscapes: 0,
    restarted: 0,
    overlong: 0,
    abandoned: 0,
    junkBytes: 0,
  };
  readonly #data = new Uint8Array(MAX_FRAME_DATA);
  #length = 0;
  #damaged = false;
  #crcLow = 0;
  #state: State = "outside";

  push(bytes: Uint8Array): DleFramingItem[] {
    const items: DleFramingItem[] = [];
    for (const byte of bytes) {
      const item = this.#step(byte);
      if (item !== undefined) items.push(item);
    }
    return items;
  }

  /** Whether a frame has begun and not ended. */
  get midFrame(): boolean {
    return this.#state !== "outside" && this.#state !== "outside-dle";
  }

  /** Gives up a frame whose end will not come. The owner decides when; time is not this reader's business. */
  abandon(): void {
    if (!this.midFrame) return;
    this.counters.abandoned++;
    this.#state = "outside";
  }

  #step(byte: number): DleFramingItem | undefined {
    switch (this.#state) {
      case "outside":
        return this.#outside(byte);
      case "outside-dle":
        return this.#afterDleOutside(byte);
      case "inside":
        if (byte === DLE) this.#state = "inside-dle";
        else this.#append(byte);
        return undefined;
      case "inside-dle":
        return this.#afterDleInside(byte);
      case "crc-low":
        this.#crcLow = byte;
        this.#state = "crc-high";
        return undefined;
      case "crc-high":
        return this.#check((byte << 8) | this.#crcLow);
    }
  }

  #outside(byte: number): DleFramingItem | undefined {
    if (byte === ACK) return { kind: "ack" };
    if (byte === NAK) return { kind: "nak" };
    if (byte === DLE) this.#state = "outside-dle";
    else this.counters.junkBytes++;
    return undefined;
  }

  /** What follows a DLE outside a frame belongs to it: an ACK there is part of rubbish, not an answer. */
  #afterDleOutside(byte: number): undefined {
    if (byte === STX) return this.#begin();
    this.counters.junkBytes++;
    if (byte === DLE) return undefined;
    this.counters.junkBytes++;
    this.#state = "outside";
  }

  #afterDleInside(byte: number): undefined {
    if (byte === ETX) this.#state = "crc-low";
    else if (byte === STX) {
      this.counters.restarted++;
      this.#begin();
    } else {
      if (byte !== DLE) {
        this.counters.badEscapes++;
        this.#damaged = true;
      }
      this.#state = "inside";
      this.#append(byte);
    }
  }

  #append(byte: number): void {
    if (this.#length < MAX_FRAME_DATA) this.#data[this.#length++] = byte;
    else {
      this.counters.overlong++;
      this.#state = "outside";
    }
  }

  #check(crc: number): DleFramingItem {
    this.#state = "outside";
    const data = this.#data.slice(0, this.#length);
    if (!this.#damaged && crc === crc16Kermit(concat([data, Uint8Array.of(ETX)]))) {
      this.counters.frames++;
      return { kind: "frame", data };
    }
    if (!this.#damaged) this.counters.badCrc++;
    // Where bytes of the check were lost, these are the start of the next frame.
    if (crc === ((STX << 8) | DLE)) this.#begin();
    else if (crc >> 8 === DLE) this.#state = "outside-dle";
    return { kind: "bad-frame" };
  }

  #begin(): undefined {
    this.#state = "inside";
    this.#length = 0;
    this.#damaged = false;
  }
}
