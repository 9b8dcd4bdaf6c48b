import type { Clock } from "../../../base/clock.ts";
import { LineFraming } from "../../framing/line.ts";
import type { ByteChannel } from "../../transport/byte-channel.ts";
import { MrzGrouping } from "../mrz-grouping.ts";

/** Longer than the longest QR code (4296 characters in version 40) is not a code. */
const MAX_CODE_LENGTH = 4_296;

export type SessionListener = {
  /** A whole code, without terminator. */
  readonly onCode: (code: Uint8Array) => void;
  /** Bytes came that cannot be a code. */
  readonly onGarbled: () => void;
};

/** What comes over one open channel, cut into codes. Dies with its channel. */
export class ScannerSession {
  readonly #framing = new LineFraming(MAX_CODE_LENGTH);
  readonly #grouping: MrzGrouping;
  readonly #listener: SessionListener;
  #ended = false;

  constructor(channel: ByteChannel, clock: Clock, listener: SessionListener) {
    this.#listener = listener;
    this.#grouping = new MrzGrouping(clock, listener.onCode);
    channel.onBytes((bytes) => this.#receive(bytes));
  }

  /** Forgets an unfinished code; whether there was one. */
  discard(): boolean {
    const line = this.#framing.discard();
    return this.#grouping.discard() || line;
  }

  end(): void {
    this.#ended = true;
    this.#grouping.discard();
  }

  #receive(bytes: Uint8Array): void {
    if (this.#ended) return;
    const before = this.#framing.counts.overlong;
    for (const line of this.#framing.push(bytes)) this.#grouping.push(line);
    // The port's own buffer lives for as long as the port: a citizen's card must not stay in it. The lines above are copies.
    bytes.fill(0);
    if (this.#framing.counts.overlong > before) this.#listener.onGarbled();
  }
}
