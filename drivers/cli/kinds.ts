import { DEVICE_KINDS, type DeviceKind } from "../../base/contracts/device-status.ts";
import { type CliKind, UsageError } from "./kind.ts";

/** Every kind. Loaded only when used, so that a command for one device starts without the packages of all others. */
const KINDS: { readonly [K in DeviceKind]: () => Promise<CliKind> } = {
  "payment-terminal": async () => (await import("./payment-terminal.ts")).paymentTerminalCli,
  "receipt-printer": async () => (await import("./receipt-printer.ts")).receiptPrinterCli,
  "page-printer": async () => (await import("./page-printer.ts")).pagePrinterCli,
  "code-reader": async () => (await import("./code-reader.ts")).codeReaderCli,
  "io-board": async () => (await import("./io-board.ts")).ioBoardCli,
  keypad: async () => (await import("./keypad.ts")).keypadCli,
  ups: async () => (await import("./ups.ts")).upsCli,
  "fingerprint-reader": async () => (await import("./fingerprint-reader.ts")).fingerprintReaderCli,
  "document-scanner": async () => (await import("./document-scanner.ts")).documentScannerCli,
  "chip-card-reader": async () => (await import("./chip-card-reader.ts")).chipCardReaderCli,
};

/** Shorter names that are understood as well. */
const ALIASES: { readonly [alias: string]: DeviceKind } = { "chip-card": "chip-card-reader" };

export const KIND_NAMES: readonly string[] = DEVICE_KINDS;

/** @throws UsageError when there is no such kind. */
export async function loadKind(name: string): Promise<CliKind> {
  const kind = DEVICE_KINDS.find((candidate) => candidate === (ALIASES[name] ?? name));
  if (kind === undefined) throw new UsageError(`unknown kind "${name}"; kinds: ${KIND_NAMES.join(", ")}`);
  return KINDS[kind]();
}
