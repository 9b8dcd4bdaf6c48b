import { chipCardReaderContract } from "../../../../drivers/chip-card-reader/contract.suite.ts";
import type { ChipCards } from "../chip-cards.ts";

export function chipCardContracts(cards: ChipCards): void {
  chipCardReaderContract({ model: "pcsc", transport: "usb-ccid-pcscd" }, async () => {
    await cards.clear();
    return {
      reader: cards.newReader(),
      insert: async (card) => {
        await cards.clear();
        await cards.hands.insert(card === "genuine" ? "pace" : card);
      },
      remove: () => cards.hands.remove(),
      key: cards.key,
      documentNumber: cards.facts.documentNumber,
      end: () => cards.clear(),
    };
  });
}
