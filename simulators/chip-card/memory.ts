import { Subject } from "../../base/observable.ts";
import { coded } from "../../base/registry/coded-error.ts";
import { err, ok } from "../../base/result.ts";
import type { CardChannel, CardTerminal, TerminalState } from "../../drivers/chip-card-reader/apdu/channel.ts";
import type { ChipBehind } from "./faults.ts";

/** A reader without a wire: for tests of all that lies above PC/SC. */
export class MemoryTerminal implements CardTerminal {
  readonly state = new Subject<TerminalState>({ reader: "present", card: "absent", name: "memory" });
  /** Every command and answer, for tests that count. */
  readonly trace: { readonly command: Uint8Array; readonly answer: Uint8Array }[] = [];
  #chip: ChipBehind | undefined;
  #broken = false;

  start(): void {}

  async stop(): Promise<void> {}

  insert(chip: ChipBehind): void {
    this.#chip = chip;
    this.state.set({ reader: "present", card: "present", name: "memory" });
  }

  remove(): void {
    this.#chip = undefined;
    this.state.set({ reader: "present", card: "absent", name: "memory" });
  }

  /** The command under way is not passed on, and the card has to be powered anew. */
  breakNext(): void {
    this.#broken = true;
  }

  async connect() {
    const chip = this.#chip;
    if (chip === undefined) return err(coded("chip-card.removed", "memory"));
    chip.reset();
    this.#broken = false;
    const channel: CardChannel = {
      transmit: async (command, signal) => {
        if (signal?.aborted) return err(coded("common.cancelled", "memory"));
        if (this.#chip !== chip) return err(coded("chip-card.removed", "memory"));
        const answer = chip.process(command);
        if (this.#broken) return err(coded("chip-card.transmission", "memory"));
        if (answer === undefined) {
          this.remove();
          return err(coded("chip-card.removed", "memory"));
        }
        this.trace.push({ command, answer });
        return ok(answer);
      },
      close: async () => {},
    };
    return ok(channel);
  }
}
