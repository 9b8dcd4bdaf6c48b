import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { systemClock } from "../../../base/node/system-clock.ts";
import { SimulatedChip } from "../../../simulators/chip-card/chip.ts";
import { type ChipProfile, FULL_PROFILE, issueDocument } from "../../../simulators/chip-card/document.ts";
import { type ChipBehind, removedAt } from "../../../simulators/chip-card/faults.ts";
import { createIssuer, type Issuer } from "../../../simulators/chip-card/issuer.ts";
import { drawPictures } from "../../../simulators/chip-card/pictures.ts";
import { VscardSlot } from "../../../simulators/chip-card/vscard.ts";
import { personWithRun } from "../../../simulators/people.ts";
import { Monitor } from "../../support/vm/qmp.ts";
import { type CardFacts, type CardInHand, type HandRequest, Hands } from "../hands.ts";

const READER = { driver: "usb-ccid", id: "reader", bus: "xhci.0" } as const;
const CARD = { driver: "ccid-card-passthru", id: "card", bus: "reader.0", chardev: "card" } as const;
const PERSON = personWithRun("11111111-1");
/** T=0 knows short commands only. */
const { lengths: _, ...SHORT_ONLY } = FULL_PROFILE;
const { pace: __, ...BAC_ONLY } = SHORT_ONLY;

/**
 * A chip card reader of QEMU's own making (`usb-ccid`), and the hands beside it: cards are simulated out here, at the end of QEMU's
 * socket, and the reader is plugged in and pulled out of the running PC.
 */
export class CardReaderOutside {
  readonly #slot: VscardSlot;
  readonly #monitor: Monitor;
  readonly #hands: Hands;
  #issuer: Issuer | undefined;

  /** @param folder for its sockets. */
  constructor(folder: string) {
    this.#slot = new VscardSlot(join(folder, "card"), systemClock);
    this.#monitor = new Monitor(join(folder, "monitor"));
    this.#hands = new Hands(join(folder, "hands"), (request) => this.#do(request));
  }

  /** For QEMU; `xhci` has to be there before. */
  get arguments(): readonly string[] {
    const option = (fields: Readonly<Record<string, string>>) =>
      Object.entries(fields)
        .map(([key, value]) => (key === "driver" ? value : `${key}=${value}`))
        .join(",");
    return [
      ["-chardev", `socket,id=card,path=${this.#slot.path}`, "-device", option(READER), "-device", option(CARD)],
      ["-chardev", `socket,id=monitor,path=${this.#monitor.path}`, "-mon", "chardev=monitor,mode=control"],
      ["-chardev", `socket,id=hands,path=${this.#hands.path}`],
      ["-device", "virtserialport,chardev=hands,name=ventanilla.hands"],
    ].flat();
  }

  close(): void {
    this.#slot.close();
    this.#monitor.close();
    this.#hands.close();
  }

  async #do(request: HandRequest): Promise<CardFacts | undefined> {
    if (request.do === "tell") return await this.#facts();
    if (request.do === "insert") this.#slot.insert(await this.#chip(request.card));
    if (request.do === "remove") await this.#slot.remove();
    if (request.do === "unplug-reader") {
      this.#slot.hold();
      await this.#monitor.remove(READER.id);
    }
    if (request.do === "plug-reader")
      for (const device of [READER, CARD]) await this.#monitor.execute("device_add", device);
    return undefined;
  }

  async #facts(): Promise<CardFacts> {
    const { csca } = await this.#authority();
    const { documentNumber, expiryDate } = PERSON.card;
    return { csca: Buffer.from(csca).toString("base64"), documentNumber, birthDate: PERSON.birthDate, expiryDate };
  }

  async #authority(): Promise<Issuer> {
    this.#issuer ??= await createIssuer("CL", systemClock.now());
    return this.#issuer;
  }

  async #chip(card: CardInHand): Promise<ChipBehind> {
    if (card === "other") return { reset: () => {}, process: () => Uint8Array.of(0x6a, 0x82) };
    const profile: ChipProfile = card === "bac" ? BAC_ONLY : SHORT_ONLY;
    const document = await issueDocument({
      ...{ person: PERSON, pictures: await drawPictures(PERSON), issuer: await this.#authority(), profile },
      ...{ faults: { cloned: card === "cloned" }, random },
    });
    const chip = new SimulatedChip(document, random);
    const [, leavesAt] = /^leaves-at-(\d+)$/.exec(card) ?? [];
    return leavesAt === undefined ? chip : removedAt(chip, Number(leavesAt));
  }
}

function random(length: number): Uint8Array {
  return new Uint8Array(randomBytes(length));
}
