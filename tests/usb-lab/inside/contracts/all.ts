import type { ChipCards } from "../chip-cards.ts";
import { chipCardContracts } from "./chip-cards.ts";
import { codeReaderContracts } from "./code-readers.ts";
import { keypadContracts } from "./keypads.ts";
import { printerContracts } from "./printers.ts";
import { type ContractResult, inLane, runRegistered } from "./runner.ts";
import { transbankContracts, zvtContracts } from "./terminals.ts";

/** The contract suites of all kinds that are on USB, each test on a device that is plugged in for it and pulled out after it. */
export async function runContracts(cards: ChipCards, onResult: (result: ContractResult) => void): Promise<void> {
  // Printing is waiting; an emulated processor has room for one more beside it.
  inLane("paper", printerContracts);
  inLane("others", () => {
    for (const register of [codeReaderContracts, keypadContracts, transbankContracts, zvtContracts]) register();
    chipCardContracts(cards);
  });
  await runRegistered(onResult);
}
