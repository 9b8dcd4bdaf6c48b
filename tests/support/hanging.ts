import { ok } from "../../base/result.ts";
import type { OpenChannel } from "../../drivers/transport/byte-channel.ts";
import type { OpenReports } from "../../drivers/transport/report-channel.ts";

/** The way to a device that can hang: it stays open and nothing passes either way, until it is opened anew. */
export function hangingLine(inner: OpenChannel): { readonly open: OpenChannel; readonly hang: () => void } {
  let hung = false;
  return {
    hang: () => {
      hung = true;
    },
    open: async (signal) => {
      const opened = await inner(signal);
      if (!opened.ok) return opened;
      hung = false;
      const channel = opened.value;
      return ok({
        closed: channel.closed,
        close: () => channel.close(),
        write: async (bytes) => (hung ? ok() : await channel.write(bytes)),
        onBytes: (listener) => channel.onBytes((bytes) => hung || listener(bytes)),
      });
    },
  };
}

/** The same for a HID device. */
export function hangingReports(inner: OpenReports): { readonly open: OpenReports; readonly hang: () => void } {
  let hung = false;
  return {
    hang: () => {
      hung = true;
    },
    open: async (signal) => {
      const opened = await inner(signal);
      if (!opened.ok) return opened;
      hung = false;
      const channel = opened.value;
      return ok({
        ...(channel.usagePage === undefined ? {} : { usagePage: channel.usagePage }),
        closed: channel.closed,
        close: () => channel.close(),
        write: async (report) => (hung ? ok() : await channel.write(report)),
        sendFeature: async (report) => (hung ? ok() : await channel.sendFeature(report)),
        onReport: (listener) => channel.onReport((report) => hung || listener(report)),
      });
    },
  };
}
