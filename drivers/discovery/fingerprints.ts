import type { DeviceKind } from "../../base/contracts/device-status.ts";

/**
 * What a kind of device looks like on USB. Matching an entry needs every condition that the entry has; the score says how much such a
 * match proves, 1 to 100. Below `SURE` a match is a hint for the technician and assigns nothing.
 */
export type Fingerprint = {
  readonly kind: DeviceKind;
  readonly name: string;
  /** Lower-case hexadecimal, four digits. */
  readonly vendorId?: string;
  readonly productId?: string;
  /** Compared as text that the operating system reports. */
  readonly manufacturer?: RegExp;
  /** The link in `/dev/serial/by-id` without its folder. */
  readonly byId?: RegExp;
  readonly score: number;
};

/** From here up a match that is the only one assigns a port. */
export const SURE = 60;

/**
 * Only what was seen on devices or is said by a source. A vendor makes many devices, so a vendor id alone is not enough to
 * open a port, however likely: bytes sent to the wrong device print or charge. Sure are names by which the device itself
 * says that it is a scanner on a serial line; example links as found in public configurations, serial numbers masked.
 */
export const FINGERPRINTS: readonly Fingerprint[] = [
  // /dev/serial/by-id/usb-Symbol_Technologies__Inc__2008_Symbol_Bar_Code_Scanner::EA_USB_CDC_Symbol_Scanner-if00
  { kind: "code-reader", name: "a Zebra (Symbol) scanner", byId: /^usb-Symbol_Tech.*_Bar_Code_Scanner\b/, score: 80 },
  // /dev/serial/by-id/usb-Datalogic_ADC__Inc._Handheld_Barcode_Scanner_S_N_XXXXXXXXX-if00
  { kind: "code-reader", name: "a Datalogic scanner", byId: /^usb-Datalogic_.*_Barcode_Scanner_/, score: 80 },
  // /dev/serial/by-id/usb-Newland_Auto-ID_NLS_IOTC_PRDsUSBVCP_XXXXXXXX-if00
  { kind: "code-reader", name: "a Newland scanner", byId: /^usb-Newland_Auto-ID_NLS_.*USBVCP_/, score: 80 },
  // Vendor ids of scanners in HID POS mode; the same vendors make other serial devices.
  { kind: "code-reader", name: "some Honeywell device", vendorId: "0c2e", score: 40 },
  { kind: "code-reader", name: "some Zebra (Symbol) device", vendorId: "05e0", score: 40 },
  { kind: "code-reader", name: "some Datalogic device", vendorId: "05f9", score: 40 },
];
