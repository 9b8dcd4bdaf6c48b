import { randomBytes } from "node:crypto";
import { describe } from "vitest";
import { silentLogger } from "../../base/log.ts";
import { systemClock } from "../../base/node/system-clock.ts";
import { SimulatedChip } from "../../simulators/chip-card/chip.ts";
import { issueDocument } from "../../simulators/chip-card/document.ts";
import { removedAt } from "../../simulators/chip-card/faults.ts";
import { createIssuer } from "../../simulators/chip-card/issuer.ts";
import { MemoryTerminal } from "../../simulators/chip-card/memory.ts";
import { drawPictures } from "../../simulators/chip-card/pictures.ts";
import { personWithRun } from "../../simulators/people.ts";
import { createTrustStore } from "./authenticity/trust-store.ts";
import { chipCardReaderContract } from "./contract.suite.ts";
import { PcscChipCardReader } from "./driver.ts";

const random = (length: number) => new Uint8Array(randomBytes(length));
const person = personWithRun("11111111-1");

describe("contract, on a simulated chip in memory", () => {
  chipCardReaderContract({ model: "pcsc", transport: "memory" }, async () => {
    const issuer = await createIssuer("CL", systemClock.now());
    const pictures = await drawPictures(person);
    const terminal = new MemoryTerminal();
    const genuine = await issueDocument({ person, pictures, issuer, random });
    const chipOf = async (card: string) => {
      if (card === "other") return { reset: () => {}, process: () => Uint8Array.of(0x6a, 0x82) };
      const faults = { cloned: card === "cloned" };
      const document = faults.cloned ? await issueDocument({ person, pictures, issuer, faults, random }) : genuine;
      const chip = new SimulatedChip(document, random);
      return card === "leaves-at-12" ? removedAt(chip, 12) : chip;
    };
    return {
      reader: new PcscChipCardReader({
        id: "chip",
        terminal,
        trust: createTrustStore([issuer.csca]),
        clock: systemClock,
        log: silentLogger,
      }),
      insert: async (card) => terminal.insert(await chipOf(card)),
      remove: async () => terminal.remove(),
      key: genuine.key,
      documentNumber: person.card.documentNumber,
      end: async () => {},
    };
  });
});
