import { concat } from "../../../base/bytes/bytes.ts";
import { coded } from "../../../base/registry/coded-error.ts";
import { err } from "../../../base/result.ts";
import type { ByteChannel } from "../../transport/byte-channel.ts";
import { HidPosAssembly, type HidPosQuirks } from "./report.ts";

/** One open HID device: reports instead of bytes. What opens it stands behind this seam. */
export interface ReportChannel {
  /** Sets the one consumer of input reports. Reports that came before are handed over first. */
  onReport(listener: (report: Uint8Array) => void): void;
  /** Resolves once, with the cause, when the device goes away or `close` is called. */
  readonly closed: Promise<string>;
  /** Idempotent. */
  close(): Promise<void>;
}

const TERMINATOR = Uint8Array.of(0x0d);
/** As the serial framing's. */
const MAX_CODE_LENGTH = 4_296;

/** Makes a HID POS scanner look like a serial one, so that `SerialScanner` drives both: each code becomes a line that ends in CR. */
export function hidPosChannel(reports: ReportChannel, quirks: HidPosQuirks): ByteChannel {
  return {
    onBytes: (listener) => {
      const assembly = new HidPosAssembly(quirks, MAX_CODE_LENGTH);
      reports.onReport((report) => {
        const scanned = assembly.push(report);
        if (scanned !== undefined) listener(concat([scanned.data, TERMINATOR]));
      });
    },
    write: async () => err(coded("link.write-failed", "a HID POS scanner takes no bytes")),
    closed: reports.closed,
    close: () => reports.close(),
  };
}
