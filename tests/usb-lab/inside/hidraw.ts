import { closeSync, constants, openSync, readSync } from "node:fs";
import { pause } from "../../../base/deadline.ts";
import { systemClock } from "../../../base/node/system-clock.ts";
import { coded } from "../../../base/registry/coded-error.ts";
import { err, ok } from "../../../base/result.ts";
import { hidPosChannel, type ReportChannel } from "../../../drivers/code-reader/hid-pos/channel.ts";
import { STANDARD_QUIRKS } from "../../../drivers/code-reader/hid-pos/report.ts";
import type { OpenChannel } from "../../../drivers/transport/byte-channel.ts";

const LOOK_EVERY = 4;
const LONGEST_REPORT = 256;

/** What opens a HID POS scanner in this lab: the kernel's `/dev/hidraw*`, which puts the report id first as node-hid does. */
export function hidrawScanner(path: string): OpenChannel {
  return async () => {
    try {
      return ok(hidPosChannel(new Hidraw(openSync(path, constants.O_RDWR | constants.O_NONBLOCK)), STANDARD_QUIRKS));
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      return err(coded(code === "ENOENT" || code === "ENODEV" ? "link.absent" : "link.refused", message));
    }
  };
}

class Hidraw implements ReportChannel {
  readonly closed: Promise<string>;
  readonly #file: number;
  readonly #over = new AbortController();
  readonly #ended: (cause: string) => void;
  #listener: ((report: Uint8Array) => void) | undefined;

  constructor(file: number) {
    this.#file = file;
    const { promise, resolve } = Promise.withResolvers<string>();
    this.closed = promise;
    this.#ended = resolve;
  }

  /** Until then the kernel keeps what comes. */
  onReport(listener: (report: Uint8Array) => void): void {
    const first = this.#listener === undefined;
    this.#listener = listener;
    if (first) void this.#listen();
  }

  async close(): Promise<void> {
    if (this.#over.signal.aborted) return;
    this.#over.abort();
    closeSync(this.#file);
    this.#ended("closed");
  }

  async #listen(): Promise<void> {
    const buffer = new Uint8Array(LONGEST_REPORT);
    while (!this.#over.signal.aborted) {
      try {
        this.#listener?.(buffer.slice(0, readSync(this.#file, buffer)));
      } catch (error) {
        const { code, message } = error as NodeJS.ErrnoException;
        if (code === "EAGAIN") await pause(systemClock, LOOK_EVERY, this.#over.signal);
        else {
          this.#ended(message);
          await this.close();
        }
      }
    }
  }
}
