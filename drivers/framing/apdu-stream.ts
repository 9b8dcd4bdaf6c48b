import { concat } from "../../base/bytes/bytes.ts";

/**
 * ZVT's application unit: control field (two bytes), length, data. A length of FF announces two more bytes, low byte
 * first. On TCP units follow each other with nothing between them; on a serial line each stands in a frame. Source: ZVT
 * transport protocol PA00P016, revision 03, chapters 4.1, 5.2.1 and 5.2.4.
 */
export type Apdu = {
  /** Class and instruction of a command (`0x0601`), or CCRC and APRC of an answer (`0x8000`). */
  readonly control: number;
  readonly data: Uint8Array;
};

/** Longest data that is sent or taken, bytes. The extended length could say 65535; receipts have some thousands. */
export const MAX_APDU_DATA = 16_384;
const EXTENDED = 0xff;

/** What was received and why bytes were thrown away, since the reader was made. */
export type ApduStreamCounters = {
  apdus: number;
  /** Bytes that cannot begin a unit. */
  junkBytes: number;
  /** False beginnings that were left by `resume`. */
  resumed: number;
};

/** @throws RangeError when the data is too long to be read back. */
export function encodeApdu({ control, data }: Apdu): Uint8Array {
  if (data.length > MAX_APDU_DATA) throw new RangeError(`APDU data of ${data.length} bytes`);
  const { length } = data;
  const head = length < EXTENDED ? [length] : [EXTENDED, length & 0xff, length >> 8];
  return concat([Uint8Array.of(control >> 8, control & 0xff, ...head), data]);
}

/** One whole unit and nothing else; `undefined` for anything that is not exactly that. */
export function decodeApdu(bytes: Uint8Array): Apdu | undefined {
  const head = readHead(bytes);
  if (head === undefined || bytes.length !== head.start + head.length) return undefined;
  return { control: head.control, data: bytes.slice(head.start) };
}

type Head = { readonly control: number; readonly start: number; readonly length: number };

function readHead(bytes: Uint8Array): Head | undefined {
  const [high, low, first, second, third] = bytes;
  if (high === undefined || low === undefined || first === undefined) return undefined;
  const control = (high << 8) | low;
  if (first !== EXTENDED) return { control, start: 3, length: first };
  return second === undefined || third === undefined ? undefined : { control, start: 5, length: (third << 8) | second };
}

/** Classes of every command and answer in the specification; what begins otherwise is no unit. */
const CLASSES: ReadonlySet<number> = new Set([0x04, 0x05, 0x06, 0x08, 0x80, 0x84]);

function canBegin(bytes: Uint8Array): boolean {
  const [high, low] = bytes;
  if (high === undefined) return true;
  if (!CLASSES.has(high) || (high === 0x80 && low !== undefined && low !== 0x00)) return false;
  return (readHead(bytes)?.length ?? 0) <= MAX_APDU_DATA;
}

/**
 * Units out of a stream of bytes. Incremental and total: takes bytes in pieces of any size, never throws, never holds more
 * than one unit. A stream has no marks: after rubbish it goes on at the next byte that can begin a unit, and a false
 * beginning is left by `resume` when its owner has waited long enough.
 */
export class ApduStreamReader {
  readonly counters: ApduStreamCounters = { apdus: 0, junkBytes: 0, resumed: 0 };
  #held: Uint8Array = new Uint8Array(0);

  push(bytes: Uint8Array): Apdu[] {
    const apdus: Apdu[] = [];
    let rest = concat([this.#held, bytes]);
    for (;;) {
      let from = 0;
      while (!canBegin(rest.subarray(from))) from++;
      this.counters.junkBytes += from;
      rest = rest.subarray(from);
      const head = readHead(rest);
      if (head === undefined || rest.length < head.start + head.length) break;
      const end = head.start + head.length;
      apdus.push({ control: head.control, data: rest.slice(head.start, end) });
      this.counters.apdus++;
      rest = rest.subarray(end);
    }
    this.#held = rest.slice();
    return apdus;
  }

  /** Whether a unit has begun and not ended. */
  get midApdu(): boolean {
    return this.#held.length > 0;
  }

  /**
   * Takes it that what is held does not begin a unit: reads on from the next byte that can. The owner decides when; time is
   * not this reader's business.
   */
  resume(): Apdu[] {
    if (!this.midApdu) return [];
    this.counters.resumed++;
    this.counters.junkBytes++;
    const rest = this.#held.subarray(1);
    this.#held = new Uint8Array(0);
    return this.push(rest);
  }
}
