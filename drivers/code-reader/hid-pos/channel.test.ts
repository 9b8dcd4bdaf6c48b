import { describe, expect, test } from "vitest";
import { toLatin1 } from "../../../base/bytes/bytes.ts";
import { silentLogger } from "../../../base/log.ts";
import { systemClock } from "../../../base/node/system-clock.ts";
import { coded } from "../../../base/registry/coded-error.ts";
import { err, ok } from "../../../base/result.ts";
import { codeReaderContract } from "../contract.suite.ts";
import { SerialScanner } from "../serial-scanner/driver.ts";
import { hidPosChannel, type ReportChannel } from "./channel.ts";
import { hidPosReports, STANDARD_QUIRKS } from "./report.ts";

/** A HID device that is a list of reports. */
class FakeHid implements ReportChannel {
  readonly closed: Promise<string>;
  readonly #close: (cause: string) => void;
  #listener: (report: Uint8Array) => void = () => {};

  constructor() {
    const { promise, resolve } = Promise.withResolvers<string>();
    this.closed = promise;
    this.#close = resolve;
  }

  onReport(listener: (report: Uint8Array) => void): void {
    this.#listener = listener;
  }

  async close(): Promise<void> {
    this.#close("closed");
  }

  input(report: Uint8Array): void {
    this.#listener(report);
  }
}

describe("contract, on a HID POS scanner", () => {
  codeReaderContract(async () => {
    let hid: FakeHid | undefined;
    let plugged = true;
    const reader = new SerialScanner({
      id: "reader",
      open: async () => {
        if (!plugged) return err(coded("link.absent"));
        hid = new FakeHid();
        return ok(hidPosChannel(hid, STANDARD_QUIRKS));
      },
      clock: systemClock,
      random: () => 0.5,
      log: silentLogger,
    });
    return {
      reader,
      dropped: () => reader.dropped,
      scan: async (...lines) => {
        for (const report of hidPosReports({ aim: "]Q1", data: toLatin1(lines.join("\r")) })) hid?.input(report);
      },
      unplug: () => {
        plugged = false;
        void hid?.close();
      },
      plug: () => {
        plugged = true;
      },
      end: async () => {},
    };
  });
});

test("nothing can be written to a HID POS scanner", async () => {
  const channel = hidPosChannel(new FakeHid(), STANDARD_QUIRKS);
  expect(await channel.write(Uint8Array.of(1))).toMatchObject({ ok: false, error: { code: "link.write-failed" } });
});
