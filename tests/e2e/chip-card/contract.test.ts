import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { silentLogger } from "../../../base/log.ts";
import { systemClock } from "../../../base/node/system-clock.ts";
import { createTrustStore, EMPTY_TRUST } from "../../../drivers/chip-card-reader/authenticity/trust-store.ts";
import { chipCardReaderContract } from "../../../drivers/chip-card-reader/contract.suite.ts";
import { PcscChipCardReader } from "../../../drivers/chip-card-reader/driver.ts";
import { PcscTerminal } from "../../../drivers/chip-card-reader/pcsc/terminal.ts";
import { SimulatedChip } from "../../../simulators/chip-card/chip.ts";
import { removedAt } from "../../../simulators/chip-card/faults.ts";
import type { PrivatePcsc } from "../../../simulators/chip-card/private-pcsc.ts";
import { createChipCardSimulator } from "../../../simulators/chip-card/simulator.ts";
import { personWithRun } from "../../../simulators/people.ts";
import { pcscMissing, startPcsc, watchSlot } from "../../support/pcsc.ts";

const missing = pcscMissing();
const person = personWithRun("11111111-1");
const random = (length: number) => new Uint8Array(randomBytes(length));
let pcsc: PrivatePcsc;
let slot: ReturnType<typeof watchSlot>;

beforeAll(async () => {
  if (missing !== undefined) return;
  pcsc = await startPcsc();
  slot = watchSlot(pcsc);
});
afterAll(async () => {
  await slot?.stop();
  await pcsc?.stop();
});
beforeEach((context) => {
  if (missing !== undefined) context.skip(missing);
});

const newReader = (trust = EMPTY_TRUST) =>
  new PcscChipCardReader({
    id: "chip",
    terminal: new PcscTerminal({ reader: pcsc.reader, clock: systemClock }),
    trust,
    clock: systemClock,
    log: silentLogger,
  });

if (missing !== undefined) test("the contract behind pcscd", ({ skip }) => skip(missing));
else
  describe("contract, behind the real pcscd", () => {
    chipCardReaderContract({ model: "pcsc", transport: "vpcd-pcscd" }, async () => {
      const simulator = createChipCardSimulator({ id: "chip", clock: systemClock, vpcd: pcsc.vpcd });
      await simulator.start();
      const insertChip = async (variant: "as-issued" | "cloned", at?: number) => {
        const chip = new SimulatedChip(await simulator.issue(person, variant), random);
        await simulator.insert(at === undefined ? chip : removedAt(chip, at));
      };
      return {
        reader: newReader(createTrustStore([simulator.csca()])),
        insert: async (card) => {
          await slot.empty();
          if (card === "other") await simulator.actions["insert-other-card"]?.run({});
          else await insertChip(card === "cloned" ? "cloned" : "as-issued", card === "leaves-at-12" ? 12 : undefined);
        },
        remove: () => simulator.remove(),
        key: {
          kind: "mrz",
          documentNumber: person.card.documentNumber,
          birthDate: person.birthDate,
          expiryDate: person.card.expiryDate,
        },
        documentNumber: person.card.documentNumber,
        end: async () => {
          await simulator.stop();
          await slot.empty();
        },
      };
    });
  });

test("a service that dies is told, and one that comes back is found again", async () => {
  const reader = newReader();
  reader.start();
  const link = () => reader.status.value.link;
  await expect.poll(link, { timeout: 20_000 }).toBe("connected");
  await pcsc.kill();
  await expect
    .poll(() => reader.status.value.conditions, { timeout: 20_000 })
    .toContainEqual(expect.objectContaining({ code: "service-absent", who: "technician" }));
  expect(await reader.read({ key: { kind: "can", can: "123456" }, within: 50 })).toMatchObject({
    outcome: "error",
    error: { code: "chip-card.service-absent" },
  });
  await pcsc.restart();
  await expect.poll(link, { timeout: 20_000 }).toBe("connected");
  await reader.stop();
});
