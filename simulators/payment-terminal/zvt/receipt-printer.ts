import { printLine, textBlock } from "../../../drivers/payment-terminal/zvt/messages.ts";
import type { ZvtPort } from "./port.ts";
import type { ZvtTerminalSettings } from "./settings.ts";

const CENTRED = 0x40;
const LAST_LINE = 0x81;

/** Receipts that the cash register prints: in one block where it permits that, else line by line. */
export class ReceiptPrinter {
  readonly #port: ZvtPort;
  readonly #settings: ZvtTerminalSettings;
  /** As the registration said. */
  blocksPermitted = false;

  constructor(port: ZvtPort, settings: ZvtTerminalSettings) {
    this.#port = port;
    this.#settings = settings;
  }

  async print(lines: readonly string[]): Promise<void> {
    if (this.blocksPermitted && this.#settings.printsBlocks) {
      const block = lines.map((text, at) => ({ text, last: at === lines.length - 1 }));
      await this.#port.command(textBlock.encode({ type: "customer", lines: block }));
      return;
    }
    for (const [at, text] of lines.entries())
      await this.#port.command(printLine.encode(at === 0 ? CENTRED : 0x00, text));
    await this.#port.command(printLine.encode(LAST_LINE, ""));
  }
}
