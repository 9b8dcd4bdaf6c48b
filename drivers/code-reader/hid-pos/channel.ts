import { concat } from "../../../base/bytes/bytes.ts";
import { coded } from "../../../base/registry/coded-error.ts";
import { err, ok } from "../../../base/result.ts";
import type { ByteChannel, OpenChannel } from "../../transport/byte-channel.ts";
import type { OpenReports, ReportChannel } from "../../transport/report-channel.ts";
import { HidPosAssembly, type HidPosQuirks } from "./report.ts";

const TERMINATOR = Uint8Array.of(0x0d);
/** As the serial framing's. */
const MAX_CODE_LENGTH = 4_296;
/** A line that no code can be: the scanner's driver tells noise as its condition `garbled`. */
const NOISE = Uint8Array.of(0x00, 0x0d);
/** So many reports in a row that are none of a scanner's: this is another device. */
const FOREIGN_IN_A_ROW = 50;

/**
 * Makes a HID POS scanner look like a serial one, so that `SerialScanner` drives both: each code becomes a line that ends in CR. What a
 * scanner cannot send becomes one line of noise, and no second one before the next code.
 */
export function hidPosChannel(reports: ReportChannel, quirks: HidPosQuirks): ByteChannel {
  return {
    onBytes: (listener) => {
      const assembly = new HidPosAssembly(quirks, MAX_CODE_LENGTH);
      let told = false;
      let spoilt = 0;
      let foreign = 0;
      reports.onReport((report) => {
        const before = assembly.counts.foreign;
        const scanned = assembly.push(report);
        const { counts } = assembly;
        foreign = counts.foreign > before ? foreign + 1 : 0;
        const spoiltNow = counts.malformed + counts.overlong;
        if (!told && (spoiltNow > spoilt || foreign >= FOREIGN_IN_A_ROW)) {
          told = true;
          listener(NOISE.slice());
        }
        spoilt = spoiltNow;
        if (scanned === undefined) return;
        told = false;
        listener(concat([scanned.data, TERMINATOR]));
      });
    },
    write: async () => err(coded("link.write-failed", "a HID POS scanner takes no bytes")),
    closed: reports.closed,
    close: () => reports.close(),
  };
}

/** Opens a HID POS scanner: looks whether it is one, and switches it to HID POS where its model asks for that. */
export function openHidPos(openReports: OpenReports, quirks: HidPosQuirks): OpenChannel {
  return async (signal) => {
    const opened = await openReports(signal);
    if (!opened.ok) return opened;
    const reports = opened.value;
    const { usagePage } = reports;
    if (usagePage !== undefined && !quirks.usagePages.includes(usagePage)) {
      await reports.close();
      const pages = quirks.usagePages.map(hexadecimal).join(" or ");
      return err(coded("link.refused", `the device is of usage page ${hexadecimal(usagePage)}, a scanner of ${pages}`));
    }
    const enabled = quirks.enable === undefined ? ok() : await reports.sendFeature(Uint8Array.from(quirks.enable));
    if (enabled.ok) return ok(hidPosChannel(reports, quirks));
    await reports.close();
    return enabled;
  };
}

function hexadecimal(page: number): string {
  return page.toString(16).toUpperCase().padStart(2, "0");
}
