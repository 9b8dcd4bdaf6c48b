import { concat } from "../../../base/bytes/bytes.ts";

/** A command to a card (ISO/IEC 7816-4 §5). */
export type Command = {
  readonly cla: number;
  readonly ins: number;
  readonly p1: number;
  readonly p2: number;
  readonly data?: Uint8Array;
  /** The longest answer that is asked for, 1 to 65 536; none when left out. */
  readonly le?: number;
};

export type Response = {
  readonly data: Uint8Array;
  /** The status word, e.g. `0x9000`. */
  readonly sw: number;
};

export const SHORT_DATA = 255;
export const SHORT_LE = 256;

/** Extended length is used where data or answer need it. @throws RangeError when not even that suffices. */
export function encodeCommand({ cla, ins, p1, p2, data = new Uint8Array(), le }: Command): Uint8Array {
  const header = Uint8Array.of(cla, ins, p1, p2);
  if (data.length > 0xffff || (le !== undefined && (le < 1 || le > 0x1_0000)))
    throw new RangeError(`no command has ${data.length} bytes of data and asks for ${le}`);
  const two = (value: number) => [(value >> 8) & 0xff, value & 0xff];
  if (data.length > SHORT_DATA || (le ?? 0) > SHORT_LE)
    return concat([
      header,
      Uint8Array.of(0, ...(data.length > 0 ? two(data.length) : [])),
      data,
      Uint8Array.from(le === undefined ? [] : two(le)),
    ]);
  return concat([
    header,
    Uint8Array.from(data.length > 0 ? [data.length] : []),
    data,
    Uint8Array.from(le === undefined ? [] : [le & 0xff]),
  ]);
}

/** Reads a command as a card does; `undefined` when its lengths do not add up. */
export function decodeCommand(bytes: Uint8Array): Command | undefined {
  const [cla, ins, p1, p2, first] = bytes;
  if (cla === undefined || ins === undefined || p1 === undefined || p2 === undefined) return undefined;
  const header = { cla, ins, p1, p2 };
  const body = bytes.subarray(4);
  if (first === undefined) return header;
  if (body.length === 1) return { ...header, le: first === 0 ? SHORT_LE : first };
  const number = (at: number) => ((body[at] ?? 0) << 8) | (body[at + 1] ?? 0);
  if (first !== 0) {
    const data = body.subarray(1, 1 + first);
    const rest = body.length - 1 - first;
    const le = body[1 + first];
    if (rest === 0) return { ...header, data };
    return rest === 1 ? { ...header, data, le: le === 0 ? SHORT_LE : (le ?? 0) } : undefined;
  }
  if (body.length === 3) return { ...header, le: number(1) || 0x1_0000 };
  const length = number(1);
  const rest = body.length - 3 - length;
  const data = body.subarray(3, 3 + length);
  if (length === 0 || (rest !== 0 && rest !== 2)) return undefined;
  return rest === 0 ? { ...header, data } : { ...header, data, le: number(3 + length) || 0x1_0000 };
}

export function encodeResponse({ data, sw }: Response): Uint8Array {
  return concat([data, Uint8Array.of(sw >> 8, sw & 0xff)]);
}

/** `undefined` when there is not even a status word. */
export function decodeResponse(bytes: Uint8Array): Response | undefined {
  if (bytes.length < 2) return undefined;
  const at = bytes.length - 2;
  return { data: bytes.subarray(0, at), sw: ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0) };
}

/** For messages: a status word as manuals write it. */
export function swText(sw: number): string {
  return sw.toString(16).toUpperCase().padStart(4, "0");
}
