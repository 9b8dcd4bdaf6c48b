import type { Apdu } from "../../framing/apdu-stream.ts";
import { CONTROL, printLine, type ReceiptType, textBlock } from "./messages.ts";
import type { ZvtProfile } from "./settings.ts";

/** No receipt is longer; what a terminal sends without end is not kept. */
const MAX_LINES = 500;

type Receipt = { readonly type: ReceiptType | undefined; readonly lines: string[] };

/** Gathers the receipts that a terminal prints line by line or block by block. */
export class Receipts {
  readonly #profile: ZvtProfile;
  readonly #finished: Receipt[] = [];
  #open: Receipt | undefined;
  #lines = 0;

  constructor(profile: ZvtProfile) {
    this.#profile = profile;
  }

  /** Takes a command if it prints. */
  take(apdu: Apdu): void {
    if (apdu.control === CONTROL.printLine) {
      const { type, lines } = printLine.decode(apdu);
      for (const line of lines) this.#add(type, line.text, line.last);
    } else if (apdu.control === CONTROL.printBlock) {
      const { type, lines } = textBlock.decode(apdu);
      for (const line of lines) this.#add(type, line.text, line.last);
    }
  }

  /** The customer's receipt: the one that says so, else of those that say nothing the one that the profile names. */
  get customer(): readonly string[] | undefined {
    const all = this.#all;
    const untyped = all.filter(({ type }) => type === undefined);
    const chosen =
      all.find(({ type }) => type === "customer") ??
      untyped.at(this.#profile.untypedCustomerReceipt === "first" ? 0 : -1);
    return chosen?.lines;
  }

  /** Every line of every receipt, for what is no citizen's. */
  get everything(): readonly string[] | undefined {
    const lines = this.#all.flatMap((receipt) => receipt.lines);
    return lines.length === 0 ? undefined : lines;
  }

  get #all(): readonly Receipt[] {
    return (this.#open === undefined ? this.#finished : [...this.#finished, this.#open]).filter(
      ({ lines }) => lines.length > 0,
    );
  }

  #add(type: ReceiptType | undefined, text: string, last: boolean): void {
    if (++this.#lines > MAX_LINES) return;
    if (this.#open !== undefined && this.#open.type !== type) this.#finish();
    this.#open ??= { type, lines: [] };
    // The mark of the end often comes on a line of its own.
    if (!(last && text === "")) this.#open.lines.push(text.trimEnd());
    if (last) this.#finish();
  }

  #finish(): void {
    if (this.#open !== undefined) this.#finished.push(this.#open);
    this.#open = undefined;
  }
}
