import { concat, fromLatin1 } from "../../../base/bytes/bytes.ts";

/**
 * How one model of HID POS scanner departs from the layout of the USB HID Point of Sale Usage Tables 1.02. Data, so that a
 * new model is a new entry.
 */
export type HidPosQuirks = {
  /** Whether byte 0 is the report id. node-hid hands it over, WebHID does not. */
  readonly reportIdIncluded: boolean;
  /** Bytes by which all fields after the report id stand further on than in the standard; seen on some devices. */
  readonly shift: 0 | 1;
  /** A feature report that switches the device to HID POS: id, then data. Honeywell: 254, 01. */
  readonly enable?: readonly number[];
  /** Usage pages of the interface that sends the codes. A device has several interfaces; one of another page is not opened. */
  readonly usagePages: readonly number[];
};

/** Usage page Bar Code Scanner of the HID Usage Tables. */
const BAR_CODE_SCANNER = 0x8c;

export const STANDARD_QUIRKS: HidPosQuirks = { reportIdIncluded: true, shift: 0, usagePages: [BAR_CODE_SCANNER] };
/** Vendor 0C2E. The device has a second interface with usage page FF8C: choose by usage page, never by vendor and product. */
export const HONEYWELL_QUIRKS: HidPosQuirks = { ...STANDARD_QUIRKS, enable: [254, 0x01] };

/** Models by the name that configuration gives. */
export const HID_POS_MODELS = {
  "hid-pos": STANDARD_QUIRKS,
  "hid-pos-honeywell": HONEYWELL_QUIRKS,
  /** Its fields stand one byte further on; seen on some devices, whose makers do not say so. */
  "hid-pos-shifted": { ...STANDARD_QUIRKS, shift: 1 },
} as const satisfies { readonly [model: string]: HidPosQuirks };

/** Scanned data input report: id 2, usage page 8C, usage 02. Offsets count the report id as byte 0. */
export const SCANNED_DATA_REPORT = {
  id: 0x02,
  length: 64,
  dataLength: 1,
  aim: [2, 5],
  data: [5, 61],
  symbology: 61,
  flags: 63,
} as const;
const MORE_TO_COME = 0x01;
const CR = 0x0d;

/** A whole code as the scanner describes it. */
export type ScannedData = {
  /** AIM symbology identifier, e.g. `]Q1` for QR. */
  readonly aim: string;
  readonly data: Uint8Array;
};

export type HidPosCounts = { readonly foreign: number; readonly malformed: number; readonly overlong: number };

/**
 * Puts the reports of a HID POS scanner together to codes. A report carries at most 56 bytes of data and says
 * whether more are to come; the code of a cédula needs three or four. Bounded: a code longer than `maxLength` is
 * counted and dropped up to its last report.
 */
export class HidPosAssembly {
  readonly #quirks: HidPosQuirks;
  readonly #maxLength: number;
  #parts: Uint8Array[] = [];
  /** Bytes and reports of the code under way: a device may promise more for ever and send nothing. */
  #length = 0;
  #reports = 0;
  #skipping = false;
  #counts = { foreign: 0, malformed: 0, overlong: 0 };

  constructor(quirks: HidPosQuirks, maxLength: number) {
    this.#quirks = quirks;
    this.#maxLength = maxLength;
  }

  get counts(): HidPosCounts {
    return { ...this.#counts };
  }

  /** Takes one input report; the code that it completes. Other reports are counted and ignored. */
  push(report: Uint8Array): ScannedData | undefined {
    const fields = this.#fields(report);
    if (fields === undefined) return undefined;
    const { aim, data, more } = fields;
    this.#length += data.length;
    this.#reports++;
    if (!this.#skipping && (this.#length > this.#maxLength || this.#reports > this.#maxReports)) {
      this.#counts.overlong++;
      this.#skipping = true;
      this.#parts = [];
    }
    if (!this.#skipping) this.#parts.push(data);
    if (more) return undefined;
    const whole = concat(this.#parts);
    const complete = !this.#skipping;
    this.#parts = [];
    this.#length = 0;
    this.#reports = 0;
    this.#skipping = false;
    return complete ? { aim, data: whole.at(-1) === CR ? whole.subarray(0, -1) : whole } : undefined;
  }

  /** Twice as many as full reports would need: a scanner may send the parts of structured codes by themselves. */
  get #maxReports(): number {
    const [from, to] = SCANNED_DATA_REPORT.data;
    return 2 * Math.ceil(this.#maxLength / (to - from)) + 1;
  }

  #fields(report: Uint8Array): { aim: string; data: Uint8Array; more: boolean } | undefined {
    const { reportIdIncluded, shift } = this.#quirks;
    if (reportIdIncluded && report[0] !== SCANNED_DATA_REPORT.id) {
      this.#counts.foreign++;
      return undefined;
    }
    const at = (offset: number) => offset + shift - (reportIdIncluded ? 0 : 1);
    const [from, to] = SCANNED_DATA_REPORT.data;
    const length = report[at(SCANNED_DATA_REPORT.dataLength)] ?? 0;
    if (report.length <= at(SCANNED_DATA_REPORT.flags) - shift || length > to - from) {
      this.#counts.malformed++;
      return undefined;
    }
    const [aimFrom, aimTo] = SCANNED_DATA_REPORT.aim;
    return {
      aim: fromLatin1(report.subarray(at(aimFrom), at(aimTo))),
      data: report.slice(at(from), at(from) + length),
      more: ((report[at(SCANNED_DATA_REPORT.flags)] ?? 0) & MORE_TO_COME) !== 0,
    };
  }
}

/** The input reports in which a scanner sends a code; the inverse of `HidPosAssembly`, for tests and simulators. */
export function hidPosReports({ aim, data }: ScannedData, quirks: HidPosQuirks = STANDARD_QUIRKS): Uint8Array[] {
  const [from, to] = SCANNED_DATA_REPORT.data;
  const room = to - from;
  const count = Math.max(1, Math.ceil(data.length / room));
  return Array.from({ length: count }, (_, index) => {
    const part = data.subarray(index * room, (index + 1) * room);
    const report = new Uint8Array(SCANNED_DATA_REPORT.length + quirks.shift);
    report[SCANNED_DATA_REPORT.dataLength + quirks.shift] = part.length;
    report.set(
      [...aim].map((character) => character.charCodeAt(0)),
      SCANNED_DATA_REPORT.aim[0] + quirks.shift,
    );
    report.set(part, from + quirks.shift);
    report[SCANNED_DATA_REPORT.flags + quirks.shift] = index < count - 1 ? MORE_TO_COME : 0;
    report[0] = SCANNED_DATA_REPORT.id;
    return quirks.reportIdIncluded ? report : report.slice(1);
  });
}
