import type { Fingerprint } from "./sighting.ts";

const CONFIGURATIONS = "links in public configurations of kiosks and tills";
const USB_IDS = "public list of USB ids (usb.ids, systemd's hwdb)";
const HID_POS = "USB HID POS Usage Tables 1.02: usage page 8C, usage 02 bar code scanner";
const SCANNER_MAKERS =
  "vendor ids of scanners in HID POS mode (WebHidBarcodeScanner); the same makers make other devices";

/**
 * What devices look like: the one table of it, for discovery, for the technician's suggestions and for the rules of udev. Only what was seen
 * on devices or is said by a source. A maker makes many devices, so a vendor id alone is never sure: bytes that are sent to the wrong device
 * print or charge. Sure are names and usages by which the device itself says what it is.
 */
export const FINGERPRINTS: readonly Fingerprint[] = [
  {
    kind: "code-reader",
    name: "Zebra (Symbol) scanner",
    match: { bus: "serial", idSerial: "Symbol_Tech*_Bar_Code_Scanner*" },
    score: 80,
    source: CONFIGURATIONS,
    examples: [
      {
        ...{ bus: "serial", vendor: "05e0", product: "1701" },
        idSerial: "Symbol_Technologies__Inc__2008_Symbol_Bar_Code_Scanner::EA_USB_CDC_Symbol_Scanner",
      },
    ],
  },
  {
    kind: "code-reader",
    name: "Datalogic scanner",
    match: { bus: "serial", idSerial: "Datalogic_*_Barcode_Scanner_*" },
    score: 80,
    source: CONFIGURATIONS,
    examples: [
      { bus: "serial", vendor: "05f9", idSerial: "Datalogic_ADC__Inc._Handheld_Barcode_Scanner_S_N_XXXXXXXXX" },
    ],
  },
  {
    kind: "code-reader",
    name: "Datalogic Magellan scanner",
    match: { bus: "serial", idSerial: "Datalogic_*_Magellan_*" },
    score: 70,
    source: CONFIGURATIONS,
    examples: [
      { bus: "serial", vendor: "05f9", idSerial: "Datalogic_S.r.I_and_its_affiliates_Magellan_3x10i_XXXXXXXX" },
    ],
  },
  {
    kind: "code-reader",
    name: "Newland scanner",
    match: { bus: "serial", idSerial: "Newland_Auto-ID_NLS_*USBVCP_*" },
    score: 80,
    source: CONFIGURATIONS,
    examples: [{ bus: "serial", vendor: "1eab", idSerial: "Newland_Auto-ID_NLS_IOTC_PRDsUSBVCP_XXXXXXXX" }],
  },
  {
    kind: "payment-terminal",
    name: "Ingenico terminal for unattended payment (iUP)",
    match: { bus: "serial", idSerial: "INGENICO_Ingenico_iUP*" },
    score: 70,
    source: CONFIGURATIONS,
    examples: [{ bus: "serial", vendor: "0b00", idSerial: "INGENICO_Ingenico_iUP250" }],
  },
  {
    kind: "payment-terminal",
    name: "Ingenico terminal for unattended payment (iUC)",
    match: { bus: "serial", idSerial: "INGENICO_Ingenico_iUC*" },
    score: 70,
    source: CONFIGURATIONS,
    examples: [{ bus: "serial", vendor: "0b00", idSerial: "INGENICO_Ingenico_iUC285" }],
  },
  hint("payment-terminal", "Ingenico device", { bus: "serial", vendor: "0b00" }, USB_IDS),
  hint("code-reader", "Honeywell device", { bus: "serial", vendor: "0c2e" }, SCANNER_MAKERS),
  hint("code-reader", "Zebra (Symbol) device", { bus: "serial", vendor: "05e0" }, SCANNER_MAKERS),
  hint("code-reader", "Datalogic device", { bus: "serial", vendor: "05f9" }, SCANNER_MAKERS),
  hint("receipt-printer", "Epson device", { bus: "serial", vendor: "04b8" }, USB_IDS),
  hint("receipt-printer", "CUSTOM device", { bus: "serial", vendor: "0dd4" }, USB_IDS),
  adapter("FTDI adapter", "0403", { bus: "serial", vendor: "0403", idSerial: "FTDI_FT232R_USB_UART_XXXXXXXX" }),
  adapter("Prolific adapter", "067b", {
    ...{ bus: "serial", vendor: "067b", product: "2303" },
    idSerial: "Prolific_Technology_Inc._USB-Serial_Controller",
  }),
  adapter("Silicon Labs adapter", "10c4", {
    ...{ bus: "serial", vendor: "10c4", product: "ea60" },
    idSerial: "Silicon_Labs_CP2102_USB_to_UART_Bridge_Controller_0001",
  }),
  adapter("QinHeng CH34x adapter", "1a86", {
    ...{ bus: "serial", vendor: "1a86", product: "7523", idSerial: "1a86_USB_Serial" },
  }),
  {
    kind: "receipt-printer",
    name: "printer that speaks ESC/POS",
    match: { bus: "usb-printer", ieee1284: "*CMD:ESC/POS*" },
    score: 80,
    source: "IEEE 1284 device ids of receipt printers, where CMD lists the languages that the printer understands",
    examples: [
      {
        ...{ bus: "usb-printer", vendor: "04b8", product: "0e2a" },
        ieee1284: "MFG:EPSON;CMD:ESC/POS;MDL:TM-m30II;CLS:PRINTER;DES:EPSON TM-m30II",
      },
      { bus: "usb-printer", ieee1284: "MFG:Printer;MDL:POS-80;CMD:ESC/POS;CLS:PRINTER;" },
    ],
  },
  hint("receipt-printer", "Epson printer", { bus: "usb-printer", vendor: "04b8" }, USB_IDS),
  hint("receipt-printer", "CUSTOM printer", { bus: "usb-printer", vendor: "0dd4" }, USB_IDS),
  {
    kind: "code-reader",
    name: "HID POS scanner",
    match: { bus: "hid", usagePage: 0x8c, usage: 0x02 },
    score: 90,
    source: HID_POS,
    examples: [
      { bus: "hid", vendor: "0c2e", usagePage: 0x8c, usage: 0x02 },
      { bus: "hid", vendor: "05e0", usagePage: 0x8c, usage: 0x02 },
    ],
  },
  {
    kind: "ups",
    name: "UPS",
    match: { bus: "hid", usagePage: 0x84, usage: 0x04 },
    score: 90,
    source:
      "USB HID Power Device usage tables: usage page 84, usage 04 UPS; spoken to by NUT, never by a driver of ours",
    examples: [{ bus: "hid", usagePage: 0x84, usage: 0x04 }],
  },
  hint("code-reader", "Honeywell device", { bus: "hid", vendor: "0c2e" }, SCANNER_MAKERS),
  hint("code-reader", "Honeywell device", { bus: "hid", vendor: "23d0" }, SCANNER_MAKERS),
  hint("code-reader", "Zebra (Symbol) device", { bus: "hid", vendor: "05e0" }, SCANNER_MAKERS),
  hint("code-reader", "Datalogic device", { bus: "hid", vendor: "05f9" }, SCANNER_MAKERS),
  {
    kind: "keypad",
    name: "keyboard or keypad",
    match: { bus: "hid", usagePage: 0x01, usage: 0x06 },
    score: 20,
    source: "manuals of accessible keypads: they send a standard keyboard's reports, and so does every keyboard",
    examples: [{ bus: "hid", usagePage: 0x01, usage: 0x06 }],
  },
  {
    kind: "chip-card-reader",
    name: "contactless card reader",
    match: { bus: "card-reader", reader: "* PICC *" },
    score: 80,
    source: "names that PC/SC gives in public logs; PICC is ISO 14443's word for the card",
    examples: [{ bus: "card-reader", reader: "ACS ACR122U PICC Interface 00 00" }],
  },
  {
    kind: "chip-card-reader",
    name: "contactless card reader",
    match: { bus: "card-reader", reader: "* CL Reader*" },
    score: 70,
    source: "names that PC/SC gives in public logs",
    examples: [
      { bus: "card-reader", reader: "Identiv uTrust 3700 F CL Reader" },
      { bus: "card-reader", reader: "ACS ACR1552 1S CL Reader" },
    ],
  },
  {
    kind: "chip-card-reader",
    name: "contactless card reader",
    match: { bus: "card-reader", reader: "*OMNIKEY 5022 *" },
    score: 80,
    source: "names that PC/SC gives in public logs; this model has no contact slot",
    examples: [{ bus: "card-reader", reader: "HID Global OMNIKEY 5022 Smart Card Reader 0" }],
  },
  {
    kind: "chip-card-reader",
    name: "smart card reader",
    match: { bus: "card-reader" },
    score: 40,
    source: "USB class 0B; the chip of a document answers only a contactless one",
    examples: [{ bus: "card-reader", reader: "Gemalto USB SmartCard Reader 0" }],
  },
];

/** A maker of such devices, and of others. */
function hint(
  kind: Fingerprint["kind"],
  name: string,
  match: Fingerprint["match"] & { readonly vendor: string },
  source: string,
): Fingerprint {
  return { kind, name, match, score: 40, source, examples: [match] };
}

/** A cable, behind which may be anything. */
function adapter(name: string, vendor: string, example: Fingerprint["match"]): Fingerprint {
  return { kind: null, name, match: { bus: "serial", vendor }, score: 10, source: USB_IDS, examples: [example] };
}
