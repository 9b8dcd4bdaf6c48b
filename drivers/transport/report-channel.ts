import type { Result } from "../../base/result.ts";
import type { ChannelError } from "./byte-channel.ts";

/** One open HID device: reports instead of bytes. It is never reopened: after `closed` a new one is made by the factory. */
export interface ReportChannel {
  /** Usage page of the device's first collection, where the operating system tells it: what kind of device this is. */
  readonly usagePage?: number;
  /**
   * Sets the one consumer of input reports. Reports that came before are handed over first. Byte 0 is the report id where the device
   * numbers its reports, and the first byte of data where it does not.
   */
  onReport(listener: (report: Uint8Array) => void): void;
  /** Sends an output report; byte 0 is its id, 0 where the device numbers none. */
  write(report: Uint8Array): Promise<Result<void, ChannelError>>;
  /** Sets a feature report; byte 0 as in `write`. */
  sendFeature(report: Uint8Array): Promise<Result<void, ChannelError>>;
  /** Resolves once, with the cause, when the device goes away or `close` is called. */
  readonly closed: Promise<string>;
  /** Idempotent. */
  close(): Promise<void>;
}

/** Opens a HID device. Chosen in the composition root. */
export type OpenReports = (signal: AbortSignal) => Promise<Result<ReportChannel, ChannelError>>;
