import type { DeviceFactories } from "./devices.ts";
import { chipCardReaders } from "./drivers/chip-card-reader.ts";
import { codeReaders } from "./drivers/code-reader.ts";
import { documentScanners } from "./drivers/document-scanner.ts";
import { fingerprintReaders } from "./drivers/fingerprint-reader.ts";
import { ioBoards } from "./drivers/io-board.ts";
import { keypads } from "./drivers/keypad.ts";
import { pagePrinters } from "./drivers/page-printer.ts";
import { paymentTerminals } from "./drivers/payment-terminal.ts";
import { receiptPrinters } from "./drivers/receipt-printer.ts";
import { upses } from "./drivers/ups.ts";

/** Every driver that this release carries, by kind and model. */
export const FACTORIES: DeviceFactories = {
  "payment-terminal": paymentTerminals,
  "receipt-printer": receiptPrinters,
  "code-reader": codeReaders,
  "chip-card-reader": chipCardReaders,
  "page-printer": pagePrinters,
  "fingerprint-reader": fingerprintReaders,
  "document-scanner": documentScanners,
  keypad: keypads,
  "io-board": ioBoards,
  ups: upses,
};
