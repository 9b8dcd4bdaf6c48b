import type { DeviceKind } from "../../base/contracts/device-status.ts";
import type { PluggedDevice, UsbIdentity } from "./plugged.ts";

/** What a device looks like. Shown to the technician as a question; nothing is opened or bound by it. */
export type Suggestion = {
  /** Of the kiosk's kinds; null for something that looks like none, e.g. a plain adapter. */
  readonly kind: DeviceKind | null;
  readonly looksLike: string;
};

type Looks = Suggestion & {
  readonly class?: PluggedDevice["class"];
  readonly vendor?: string;
  /** The link in `/dev/serial/by-id` without its folder. */
  readonly byId?: RegExp;
};

/**
 * What devices were seen to call themselves in public configurations, and vendor ids of the public USB list. A vendor makes
 * many devices, so even a sure name is only a suggestion here.
 */
const LOOKS: readonly Looks[] = [
  { kind: "code-reader", looksLike: "Zebra (Symbol) scanner", byId: /^usb-Symbol_Tech.*_Bar_Code_Scanner\b/ },
  { kind: "code-reader", looksLike: "Datalogic scanner", byId: /^usb-Datalogic_.*_Barcode_Scanner_/ },
  { kind: "code-reader", looksLike: "Newland scanner", byId: /^usb-Newland_Auto-ID_NLS_.*USBVCP_/ },
  { kind: "code-reader", looksLike: "Honeywell device", class: "serial", vendor: "0c2e" },
  { kind: "code-reader", looksLike: "Zebra (Symbol) device", class: "serial", vendor: "05e0" },
  { kind: "code-reader", looksLike: "Datalogic device", class: "serial", vendor: "05f9" },
  { kind: "receipt-printer", looksLike: "Epson device", class: "serial", vendor: "04b8" },
  { kind: "receipt-printer", looksLike: "CUSTOM device", class: "serial", vendor: "0dd4" },
  { kind: null, looksLike: "FTDI adapter", class: "serial", vendor: "0403" },
  { kind: null, looksLike: "Prolific adapter", class: "serial", vendor: "067b" },
  { kind: null, looksLike: "Silicon Labs adapter", class: "serial", vendor: "10c4" },
  { kind: null, looksLike: "QinHeng CH34x adapter", class: "serial", vendor: "1a86" },
];

/** The first look that fits. */
export function suggest(kind: PluggedDevice["class"], usb: UsbIdentity | null, byId: string | null): Suggestion | null {
  const link = byId?.slice(byId.lastIndexOf("/") + 1);
  const found = LOOKS.find(
    (looks) =>
      (looks.class === undefined || looks.class === kind) &&
      (looks.vendor === undefined || looks.vendor === usb?.vendor) &&
      (looks.byId === undefined || (link !== undefined && looks.byId.test(link))),
  );
  return found === undefined ? null : { kind: found.kind, looksLike: found.looksLike };
}
