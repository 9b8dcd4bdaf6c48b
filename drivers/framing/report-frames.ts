import { concat } from "../../base/bytes/bytes.ts";

/**
 * HID reports on a stream of bytes, for a device that another process plays: one byte of type, two bytes of length (high byte first), then the
 * report. `hello` is the device's first frame and carries its usage page in two bytes, 0 where it has none.
 */
export type ReportFrame = { readonly type: keyof typeof TYPES; readonly report: Uint8Array };

const TYPES = { input: 0, output: 1, feature: 2, hello: 3 } as const;
const NAMES = Object.keys(TYPES) as (keyof typeof TYPES)[];
const HEAD = 3;
/** No HID report is longer, bytes (the kernel's HID_MAX_BUFFER_SIZE is 16 KiB; devices of this project stay far below). */
const MAX_REPORT = 4_096;

/** @throws RangeError when the report is longer than any. */
export function encodeReportFrame({ type, report }: ReportFrame): Uint8Array {
  if (report.length > MAX_REPORT) throw new RangeError(`a report of ${report.length} bytes`);
  return concat([Uint8Array.of(TYPES[type], report.length >> 8, report.length & 0xff), report]);
}

/** Cuts a stream into frames, whatever the chunks. What is no frame ends it: after that there is no way back into step. */
export class ReportFrames {
  #held: Uint8Array = new Uint8Array();
  #broken = false;

  /** Whether something came that is no frame. */
  get broken(): boolean {
    return this.#broken;
  }

  push(bytes: Uint8Array): ReportFrame[] {
    const frames: ReportFrame[] = [];
    if (this.#broken) return frames;
    let rest = concat([this.#held, bytes]);
    while (rest.length >= HEAD) {
      const [code = 0, high = 0, low = 0] = rest;
      const type = NAMES.find((name) => TYPES[name] === code);
      const length = (high << 8) | low;
      if (type === undefined || length > MAX_REPORT) {
        this.#broken = true;
        rest = new Uint8Array();
        break;
      }
      if (rest.length < HEAD + length) break;
      frames.push({ type, report: rest.slice(HEAD, HEAD + length) });
      rest = rest.subarray(HEAD + length);
    }
    this.#held = rest.slice();
    return frames;
  }
}
