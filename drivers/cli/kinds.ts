import { DEVICE_KINDS, type DeviceKind } from "../../base/contracts/device-status.ts";
import { type CliKind, UsageError } from "./kind.ts";

/** Loaded only when used, so that a command for one device starts without the packages of all others. */
const KINDS: { readonly [K in DeviceKind]: { readonly file: string; readonly exported: string } } = {
  "payment-terminal": { file: "./payment-terminal.ts", exported: "paymentTerminalCli" },
  "receipt-printer": { file: "./receipt-printer.ts", exported: "receiptPrinterCli" },
  "code-reader": { file: "./code-reader.ts", exported: "codeReaderCli" },
};

export const KIND_NAMES: readonly string[] = DEVICE_KINDS;

/** @throws UsageError when there is no such kind. */
export async function loadKind(name: string): Promise<CliKind> {
  const kind = DEVICE_KINDS.find((candidate) => candidate === name);
  if (kind === undefined) throw new UsageError(`unknown kind "${name}"; kinds: ${KIND_NAMES.join(", ")}`);
  const { file, exported } = KINDS[kind];
  const loaded: { [name: string]: CliKind | undefined } = await import(file);
  const found = loaded[exported];
  if (found === undefined) throw new Error(`${file} does not export ${exported}`);
  return found;
}
