import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Clock } from "../base/clock.ts";
import { createCodeReaderSimulator } from "./code-reader/simulator.ts";
import { createDocumentScannerSimulator } from "./document-scanner/simulator.ts";
import { createFingerprintReaderSimulator } from "./fingerprint-reader/simulator.ts";
import { createIoBoardSimulator } from "./io-board/simulator.ts";
import { createKeypadSimulator } from "./keypad/simulator.ts";
import type { SimulatedDevice } from "./operator.ts";
import { createPagePrinterSimulator } from "./page-printer/simulator.ts";
import { createPaymentTerminalSimulator } from "./payment-terminal/device.ts";
import { createReceiptPrinterSimulator } from "./receipt-printer/simulator.ts";
import { createUpsSimulator } from "./ups/simulator.ts";

/**
 * The devices of one simulated kiosk; each cable ends in `folder` under the device's kind; page printer, document scanner and UPS are on the network.
 *
 * @param kiosk goes before the ids (`demo-2.receipt-printer`) when there are several kiosks; none for the one on screen.
 * @param chipCards the reader of chip cards, where it has one.
 */
export function createKioskDevices({
  kiosk,
  folder,
  clock,
  chipCards,
}: {
  readonly kiosk?: string;
  readonly folder: string;
  readonly clock: Clock;
  readonly chipCards?: SimulatedDevice;
}): readonly SimulatedDevice[] {
  mkdirSync(folder, { recursive: true });
  const id = (kind: string) => (kiosk === undefined ? kind : `${kiosk}.${kind}`);
  return [
    createCodeReaderSimulator({ id: id("code-reader"), path: join(folder, "code-reader") }),
    ...(chipCards === undefined ? [] : [chipCards]),
    createPaymentTerminalSimulator({
      id: id("payment-terminal"),
      model: "transbank-autoservicio",
      path: join(folder, "payment-terminal"),
      clock,
    }),
    createReceiptPrinterSimulator({
      id: id("receipt-printer"),
      model: "custom-vkp80",
      path: join(folder, "receipt-printer"),
      clock,
      paced: 38_400,
    }),
    createPagePrinterSimulator({ id: id("page-printer"), clock }),
    createFingerprintReaderSimulator({ id: id("fingerprint-reader"), path: join(folder, "fingerprint-reader") }),
    createDocumentScannerSimulator({ id: id("document-scanner"), clock }),
    createIoBoardSimulator({ id: id("io-board"), path: join(folder, "io-board") }),
    createKeypadSimulator({ id: id("keypad"), path: join(folder, "keypad") }),
    createUpsSimulator({ id: id("ups") }),
  ];
}
