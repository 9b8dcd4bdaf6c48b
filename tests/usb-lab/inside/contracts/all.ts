import type { ChipCards } from "../chip-cards.ts";
import { chipCardContracts } from "./chip-cards.ts";
import { codeReaderContracts } from "./code-readers.ts";
import { keypadContracts } from "./keypads.ts";
import { printerContracts } from "./printers.ts";
import { type ContractResult, inLane, runRegistered } from "./runner.ts";
import { transbankContracts, zvtContracts } from "./terminals.ts";

/** The contract suites of all kinds that are on USB, each test on a device that is plugged in for it and pulled out after it. */
export async function runContracts(cards: ChipCards, onResult: (result: ContractResult) => void): Promise<void> {
  inLane("transbank", transbankContracts);
  inLane("zvt", zvtContracts);
  codeReaderContracts();
  inLane("keypad", keypadContracts);
  inLane("printer", printerContracts);
  inLane("chip", () => chipCardContracts(cards));
  await runRegistered(onResult);
}
