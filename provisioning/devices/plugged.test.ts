import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, expect, test } from "vitest";
import { findPlugged, listPlugged, stablePort } from "./plugged.ts";
import { Root } from "./root.ts";
import { MachineTree } from "./testing.ts";

let tree: MachineTree;
let root: Root;
beforeEach(() => {
  tree = new MachineTree(mkdtempSync(join(tmpdir(), "machine-")));
  root = new Root(tree.folder);
});

const SCANNER = {
  ...{ socket: "1-2", vendor: "05f9", product: "4204", serial: "G00A", manufacturer: "Datalogic ADC, Inc." },
  name: "Handheld Barcode Scanner",
};
const FTDI = {
  socket: "1-3",
  vendor: "0403",
  product: "6001",
  serial: "A50285BI",
  manufacturer: "FTDI",
  name: "FT232R",
};
/** Prolific's older chips have no serial number. */
const PROLIFIC = { socket: "1-4.1", vendor: "067B", product: "2303", manufacturer: "Prolific", name: "USB-Serial" };

test("a CDC-ACM device is told with its names, its identity and what it looks like", () => {
  tree.serial(SCANNER, "ttyACM0", "cdc_acm");
  expect(listPlugged(root)).toEqual([
    {
      class: "serial",
      path: "/dev/ttyACM0",
      byId: "/dev/serial/by-id/usb-Datalogic_ADC__Inc__Handheld_Barcode_Scanner_G00A-if00",
      byPath: "/dev/serial/by-path/pci-0000:00:14.0-usb-0:2:1.0",
      names: [],
      usb: {
        ...{ vendor: "05f9", product: "4204", serial: "G00A", manufacturer: "Datalogic ADC, Inc." },
        ...{ name: "Handheld Barcode Scanner", interface: "00", socket: "1-2" },
      },
      driver: "cdc_acm",
      identity: "05f9:4204 serial G00A",
      suggestion: { kind: "code-reader", looksLike: "Datalogic scanner" },
    },
  ]);
});

test("a device with a serial number is known by it, one without by its socket", () => {
  tree.serial(FTDI, "ttyUSB0", "ftdi_sio");
  tree.serial(PROLIFIC, "ttyUSB1", "pl2303");
  const [ftdi, prolific] = listPlugged(root);
  expect(ftdi).toMatchObject({ driver: "ftdi_sio", identity: "0403:6001 serial A50285BI" });
  expect(ftdi && stablePort(ftdi)).toBe("/dev/serial/by-id/usb-FTDI_FT232R_A50285BI-if00");
  expect(prolific).toMatchObject({ driver: "pl2303", identity: "067b:2303 usb 1-4.1" });
  expect(prolific && stablePort(prolific)).toBe("/dev/serial/by-path/pci-0000:00:14.0-usb-0:4.1:1.0");
});

test("a port of the board is told only with a chip behind it, and consoles are none", () => {
  tree.boardSerial("ttyS0", true);
  tree.boardSerial("ttyS4", false);
  tree.console("tty1");
  expect(listPlugged(root)).toMatchObject([{ path: "/dev/ttyS0", usb: null, identity: "/dev/ttyS0" }]);
});

test("HID devices, USB printers and card readers are told too", () => {
  tree.hid({ socket: "1-5", vendor: "05f9", product: "2214" }, "hidraw0");
  tree.usbClass({ socket: "1-6", vendor: "04b8", product: "0e15" }, "07", "lp0");
  tree.usbClass({ socket: "1-7", vendor: "08e6", product: "3437" }, "0b");
  expect(listPlugged(root).map(({ class: kind, path, usb }) => [kind, path, usb?.vendor])).toEqual([
    ["hid", "/dev/hidraw0", "05f9"],
    ["usb-printer", "/dev/usb/lp0", "04b8"],
    ["card-reader", "usb 1-7:1.0", "08e6"],
  ]);
});

test("a scanner is told from a keyboard by what its report descriptor says, a receipt printer by its device id", () => {
  tree.hid({ socket: "1-5", vendor: "ffff", product: "0001" }, "hidraw0", "058c0902a101");
  tree.hid({ socket: "1-8", vendor: "ffff", product: "0002" }, "hidraw1", "05010906a101");
  tree.usbClass({ socket: "1-6", vendor: "ffff", product: "0003" }, "07", "lp0", "MFG:X;CMD:ESC/POS;MDL:Y;");
  tree.usbClass({ socket: "1-7", vendor: "08e6", product: "3437" }, "0b");
  expect(listPlugged(root).map(({ suggestion }) => suggestion?.kind)).toEqual([
    ...["code-reader", "keypad", "receipt-printer", "chip-card-reader"],
  ]);
});

test("what is pulled out is gone from the list", () => {
  tree.serial(FTDI, "ttyUSB0", "ftdi_sio");
  rmSync(join(tree.folder, "dev/ttyUSB0"));
  expect(listPlugged(root)).toEqual([]);
});

test("a device is found by its file, its short name, a link or its identity", () => {
  tree.serial(FTDI, "ttyUSB0", "ftdi_sio");
  const plugged = listPlugged(root);
  for (const meant of ["/dev/ttyUSB0", "ttyUSB0", plugged[0]?.byId ?? "", "0403:6001 serial A50285BI"])
    expect(findPlugged(plugged, meant)?.path).toBe("/dev/ttyUSB0");
  expect(findPlugged(plugged, "/dev/ttyUSB1")).toBeUndefined();
});

test("a machine without any of it has nothing plugged in", () => expect(listPlugged(root)).toEqual([]));
