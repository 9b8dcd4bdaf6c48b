import { err, ok, type Result } from "../../base/result.ts";

export type JpegSize = { readonly width: number; readonly height: number };

const MARKER = 0xff;
const START = 0xd8;
const END = 0xd9;
const SCAN = 0xda;
/** Markers that stand alone, without a length: TEM and RST0 to RST7 (ITU-T T.81, table B.1). */
const ALONE = (code: number) => code === 0x01 || (code >= 0xd0 && code <= 0xd7);
/** SOF0 to SOF15; DHT, JPG and DAC are among their numbers (table B.1). */
const FRAME = (code: number) => code >= 0xc0 && code <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(code);
/** Precision, lines, samples a line (B.2.2). */
const FRAME_HEAD = 5;

/**
 * Size of a JPEG file (ITU-T T.81, annex B). Only markers are read: from the start over the frame's head to the first scan, and the end,
 * without which the file was cut short. What is between them is not looked at.
 *
 * @returns the pixels, or what is wrong in English words.
 */
export function readJpeg(bytes: Uint8Array): Result<JpegSize, string> {
  if (bytes[0] !== MARKER || bytes[1] !== START) return err("it does not begin as a JPEG file");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let size: JpegSize | undefined;
  let at = 2;
  for (;;) {
    if (bytes[at] !== MARKER) return err(`no marker at byte ${at}`);
    // Any number of fill bytes may stand before a marker (B.1.1.2).
    while (bytes[at + 1] === MARKER) at++;
    const code = bytes[at + 1] ?? 0;
    at += 2;
    if (ALONE(code)) continue;
    if (code === 0 || code === START || code === END) return err(`marker ${code.toString(16)} before a scan`);
    if (at + 2 > bytes.length) return err("cut short in its head");
    const length = view.getUint16(at);
    if (length < 2 || at + length > bytes.length) return err("a length leads out of the file");
    if (FRAME(code)) {
      if (length < 2 + FRAME_HEAD) return err("the frame's head is too short");
      size = { height: view.getUint16(at + 3), width: view.getUint16(at + 5) };
    }
    at += length;
    if (code === SCAN) break;
  }
  if (size === undefined) return err("a scan before its frame");
  // A height of 0 would be told behind the scan (B.2.5), which what shows pictures does not understand.
  if (size.width === 0 || size.height === 0) return err("no size");
  return endsAfter(bytes, at) ? ok(size) : err("cut short in its picture");
}

/** Within a scan a marker's first byte is followed by zero, so that the end's marker stands nowhere else (B.1.1.5). */
function endsAfter(bytes: Uint8Array, from: number): boolean {
  for (let at = bytes.indexOf(MARKER, from); at >= 0; at = bytes.indexOf(MARKER, at + 1))
    if (bytes[at + 1] === END) return true;
  return false;
}

/** A file of so many bytes that measures so many pixels and shows nothing: for what may know how large a page was, and nothing else of it. */
export function blankJpeg({ width, height }: JpegSize, length: number): Uint8Array {
  const head = Uint8Array.of(
    ...[MARKER, START],
    ...[MARKER, 0xc0, 0, 11, 8, height >> 8, height & 0xff, width >> 8, width & 0xff, 1, 1, 0x11, 0],
    ...[MARKER, SCAN, 0, 8, 1, 1, 0, 0, 63, 0],
  );
  const bytes = new Uint8Array(Math.max(length, head.length + 2));
  bytes.set(head);
  bytes.set([MARKER, END], bytes.length - 2);
  return bytes;
}
