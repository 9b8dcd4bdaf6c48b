import { HID_POS_DESCRIPTOR, KEYPAD_DESCRIPTOR } from "./descriptors.ts";
import { Gadget } from "./gadget.ts";

/** The vendor id of the Linux Foundation, whose products from 0100 on are gadgets. */
const VENDOR = 0x1d6b;

const made = new Map<string, Gadget>();

/** Each is one device with one controller of its own, made once. */
function once(name: string, make: () => Gadget): Gadget {
  const gadget = made.get(name) ?? make();
  made.set(name, gadget);
  return gadget;
}

/** CDC-ACM, as a Verifone UX on USB shows itself. */
export function terminalGadget(): Gadget {
  return once(
    "terminal",
    () => new Gadget({ name: "terminal", vendor: VENDOR, product: 0x0101, function: "acm.usb0" }),
  );
}

export function zvtGadget(): Gadget {
  return once("zvt", () => new Gadget({ name: "zvt", vendor: VENDOR, product: 0x0106, function: "acm.usb2" }));
}

export function scannerGadget(): Gadget {
  return once("scanner", () => new Gadget({ name: "scanner", vendor: VENDOR, product: 0x0102, function: "acm.usb1" }));
}

export function hidScannerGadget(): Gadget {
  const attributes = { protocol: "0", subclass: "0", report_length: "64", report_desc: HID_POS_DESCRIPTOR };
  return once(
    "hid-scanner",
    () => new Gadget({ name: "hid-scanner", vendor: VENDOR, product: 0x0103, function: "hid.usb0", attributes }),
  );
}

/** Keyboard and multimedia keys, as keypads for the blind show themselves. */
export function keypadGadget(): Gadget {
  const attributes = { protocol: "0", subclass: "0", report_length: "9", report_desc: KEYPAD_DESCRIPTOR };
  return once(
    "keypad",
    () => new Gadget({ name: "keypad", vendor: VENDOR, product: 0x0105, function: "hid.usb1", attributes }),
  );
}

/** USB printer class, bidirectional, as receipt printers show themselves. */
export function printerGadget(): Gadget {
  const attributes = { q_len: "10", pnp_string: "MFG:Ventanilla;MDL:USB lab;CLS:PRINTER;CMD:ESC/POS;" };
  return once(
    "printer",
    () => new Gadget({ name: "printer", vendor: VENDOR, product: 0x0104, function: "printer.usb0", attributes }),
  );
}
