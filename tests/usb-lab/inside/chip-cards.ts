import { pause } from "../../../base/deadline.ts";
import { silentLogger } from "../../../base/log.ts";
import { systemClock } from "../../../base/node/system-clock.ts";
import { createTrustStore, type TrustStore } from "../../../drivers/chip-card-reader/authenticity/trust-store.ts";
import { PcscChipCardReader } from "../../../drivers/chip-card-reader/driver.ts";
import type { ChipKey, ChipReadOptions, DataGroup } from "../../../drivers/chip-card-reader/interface.ts";
import { PcscTerminal } from "../../../drivers/chip-card-reader/pcsc/terminal.ts";
import type { CardFacts, CardInHand } from "../hands.ts";
import type { ChipRead, ChipSeen } from "../report-types.ts";
import { HandsOutside } from "./hands-outside.ts";

/** How long pcscd may need to tell of a reader or a card, on an emulated processor; milliseconds. */
const TOLD_WITHIN = 60_000;
const WITH_PORTRAIT: readonly DataGroup[] = ["DG1", "DG2", "DG11", "DG12"];
const WITHOUT_PORTRAIT: readonly DataGroup[] = ["DG1", "DG11", "DG12"];

/** QEMU's reader behind pcscd, and the hands outside that hold cards of one person. */
export class ChipCards {
  readonly hands: HandsOutside;
  readonly facts: CardFacts;
  readonly key: ChipKey;
  readonly #trust: TrustStore;
  readonly #slot = new PcscTerminal({ clock: systemClock });

  private constructor(hands: HandsOutside, facts: CardFacts) {
    this.hands = hands;
    this.facts = facts;
    this.key = { kind: "mrz", ...facts };
    this.#trust = createTrustStore([new Uint8Array(Buffer.from(facts.csca, "base64"))]);
    this.#slot.start();
  }

  static async open(): Promise<ChipCards> {
    const hands = new HandsOutside();
    return new ChipCards(hands, await hands.facts());
  }

  /** Not started. */
  newReader(): PcscChipCardReader {
    return new PcscChipCardReader({
      ...{ id: "chip", terminal: new PcscTerminal({ clock: systemClock }), trust: this.#trust },
      ...{ clock: systemClock, log: silentLogger },
    });
  }

  /** Takes out whatever lies on the reader; resolves when pcscd knows. */
  async clear(): Promise<void> {
    await this.hands.remove();
    await until("an empty slot", () => this.#slot.state.value.card === "absent");
  }

  close(): Promise<void> {
    return this.#slot.stop();
  }
}

/**
 * Reads whole documents with PACE and with BAC, one that is pulled out in the middle, and pulls the reader itself out in the middle of
 * another one.
 */
export async function readChipCards(cards: ChipCards): Promise<ChipSeen> {
  const reader = cards.newReader();
  const connected = () => reader.status.value.link === "connected";
  reader.start();
  await until("QEMU's reader", connected);

  const read = async (
    card: CardInHand,
    groups: readonly DataGroup[] = WITHOUT_PORTRAIT,
    onProgress: ChipReadOptions["onProgress"] = () => {},
  ): Promise<ChipRead> => {
    await cards.clear();
    await until("an empty reader", () => reader.card.value === "absent");
    await cards.hands.insert(card);
    const since = systemClock.monotonic();
    const outcome = await reader.read({ key: cards.key, within: TOLD_WITHIN, groups, onProgress });
    const took = Math.round(systemClock.monotonic() - since);
    if (outcome.outcome !== "ok") return { card, outcome: outcome.outcome, code: outcome.error.code, took };
    const { access, authenticity, mrz } = outcome.value;
    const proofs = Object.entries(authenticity).map(([part, { proof }]) => `${part} ${proof}`);
    const right = mrz.documentNumber === cards.facts.documentNumber;
    return { card, outcome: "ok", access: access.protocol, groups: outcome.value.groups, proofs, right, took };
  };

  const reads = [await read("pace", WITH_PORTRAIT), await read("bac"), await read("leaves-at-40")];
  let pulled: Promise<void> | undefined;
  reads.push(
    await read("pace", WITH_PORTRAIT, ({ step }) => {
      if (step === "file") pulled ??= cards.hands.unplugReader();
    }),
  );
  if (pulled === undefined) throw new Error(`the reader was not pulled out: ${JSON.stringify(reads)}`);
  await pulled;
  await until("the loss of the reader", () => reader.status.value.link === "absent");
  const absent = reader.status.value.conditions.map(({ code }) => code);
  const plugged = systemClock.monotonic();
  await cards.hands.plugReader();
  await until("QEMU's reader again", connected);
  const back = Math.round(systemClock.monotonic() - plugged);
  reads.push(await read("pace"));
  await cards.clear();
  await reader.stop();
  return { reads, absent, back };
}

export async function until(what: string, holds: () => boolean): Promise<void> {
  const end = systemClock.monotonic() + TOLD_WITHIN;
  while (!holds()) {
    if (systemClock.monotonic() > end) throw new Error(`waited in vain for ${what}`);
    await pause(systemClock, 10);
  }
}
