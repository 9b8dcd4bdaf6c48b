import type { Clock, Timer } from "../../../base/clock.ts";
import type { Logger } from "../../../base/log.ts";
import { Mutex } from "../../../base/mutex.ts";
import { ok } from "../../../base/result.ts";
import { type Apdu, ApduStreamReader, decodeApdu, encodeApdu } from "../../framing/apdu-stream.ts";
import { ACK, DleFrameReader, encodeDleFrame, NAK } from "../../framing/dle-stx-crc.ts";
import type { ByteChannel } from "../../transport/byte-channel.ts";

/** "The sender repeats the message up to two times" (PA00P016, chapter 3.5). */
const RETRANSMISSIONS = 2;

/** What became of a unit that was to be sent; `silent`: it may have arrived. */
export type Sent = "sent" | "refused" | "silent" | "lost";

export type LinkOptions = {
  readonly device: string;
  /** T2, milliseconds. */
  readonly ack: number;
  /** Milliseconds without a byte after which a unit, or a frame, did not begin where it seemed to. */
  readonly stalled: number;
  readonly clock: Clock;
  readonly log: Logger;
  /** @param repeated the sender did not hear our last answer and says the same again. */
  readonly onApdu: (apdu: Apdu, repeated: boolean) => void;
};

/** Carries whole units over one channel. */
export interface ApduLink {
  send(apdu: Apdu): Promise<Sent>;
  /** The channel is gone. */
  end(): void;
}

/**
 * Units on a serial line: each in a frame, each frame acknowledged. A frame is sent again on NAK, at most twice. On silence
 * the specification repeats it too; we do not: frames have no number, and a sale must not be sent twice on a guess.
 */
export class SerialLink implements ApduLink {
  readonly #channel: ByteChannel;
  readonly #options: LinkOptions;
  readonly #reader = new DleFrameReader();
  readonly #turns = new Mutex();
  #waiting: ((reply: "ack" | "nak" | "frame" | "lost") => void) | undefined;
  /** Damaged frames in a row: asked for again as often as a good sender repeats. */
  #damaged = 0;
  #last: string | undefined;
  /** Whether the far end has acknowledged something of ours since its last frame. */
  #heard = true;
  #lastByteAt = 0;
  #writes: ReturnType<ByteChannel["write"]> = Promise.resolve(ok());
  #lost = false;

  constructor(channel: ByteChannel, options: LinkOptions) {
    this.#channel = channel;
    this.#options = options;
    channel.onBytes((bytes) => this.#receive(bytes));
  }

  send(apdu: Apdu): Promise<Sent> {
    return this.#turns.withLock(() => this.#send(encodeDleFrame(encodeApdu(apdu))));
  }

  end(): void {
    this.#lost = true;
    this.#waiting?.("lost");
  }

  async #send(frame: Uint8Array): Promise<Sent> {
    const { clock, device, log, stalled } = this.#options;
    // Else the ACK would be read as part of a frame that will not end.
    if (clock.monotonic() - this.#lastByteAt >= stalled) this.#reader.abandon();
    for (let sending = 0; sending <= RETRANSMISSIONS; sending++) {
      if (this.#lost) return "lost";
      if (sending > 0) log("payment.retransmitted", { device, exchange: "frame", attempt: sending + 1 });
      const reply = await this.#transmit(frame);
      if (reply !== "refused") return reply;
    }
    return "refused";
  }

  async #transmit(frame: Uint8Array): Promise<Sent> {
    const { ack, clock } = this.#options;
    const { promise, resolve } = Promise.withResolvers<Sent>();
    const { junkBytes } = this.#reader.counters;
    const timer = clock.setTimeout(() => resolve("silent"), ack);
    this.#waiting = (reply) => {
      // A NAK amid rubbish may be part of it: whoever sends a sale again on that charges twice.
      if (reply === "nak" && this.#reader.counters.junkBytes === junkBytes) resolve("refused");
      else if (reply === "lost") resolve("lost");
      else if (reply !== "nak") resolve("sent");
    };
    const written = await this.#write(frame);
    if (!written.ok) resolve("lost");
    const reply = await promise;
    this.#waiting = undefined;
    timer.cancel();
    return reply;
  }

  /** One after the other: an ACK has left before the answer begins. */
  #write(bytes: Uint8Array): ReturnType<ByteChannel["write"]> {
    this.#writes = this.#writes.then(() => this.#channel.write(bytes));
    return this.#writes;
  }

  #receive(bytes: Uint8Array): void {
    this.#lastByteAt = this.#options.clock.monotonic();
    for (const item of this.#reader.push(bytes)) {
      if (item.kind === "ack" || item.kind === "nak") {
        if (item.kind === "ack") this.#heard = true;
        this.#waiting?.(item.kind);
        continue;
      }
      const apdu = item.kind === "frame" ? decodeApdu(item.data) : undefined;
      if (apdu === undefined) this.#reject();
      else this.#take(apdu, item.kind === "frame" ? item.data.join() : "");
    }
  }

  #take(apdu: Apdu, content: string): void {
    const repeated = content === this.#last && !this.#heard;
    this.#last = content;
    this.#heard = false;
    this.#damaged = 0;
    void this.#write(Uint8Array.of(ACK));
    // Whoever answers has read us, whatever became of the ACK.
    this.#waiting?.("frame");
    this.#options.onApdu(apdu, repeated);
  }

  #reject(): void {
    const { device, log } = this.#options;
    const asked = this.#damaged < RETRANSMISSIONS;
    log("payment.frame-rejected", { device, asked });
    this.#damaged++;
    if (asked) void this.#write(Uint8Array.of(NAK));
  }
}

/** Units on TCP, one after the other; the transport sees to it that they arrive whole. */
export class TcpLink implements ApduLink {
  readonly #channel: ByteChannel;
  readonly #options: LinkOptions;
  readonly #reader = new ApduStreamReader();
  #stalled: Timer | undefined;
  #lost = false;

  constructor(channel: ByteChannel, options: LinkOptions) {
    this.#channel = channel;
    this.#options = options;
    channel.onBytes((bytes) => this.#deliver(this.#reader.push(bytes)));
  }

  async send(apdu: Apdu): Promise<Sent> {
    const written = await this.#channel.write(encodeApdu(apdu));
    return written.ok ? "sent" : "lost";
  }

  end(): void {
    this.#lost = true;
    this.#stalled?.cancel();
  }

  #deliver(apdus: readonly Apdu[]): void {
    const { clock, device, log, onApdu, stalled } = this.#options;
    this.#stalled?.cancel();
    if (this.#reader.midApdu && !this.#lost)
      this.#stalled = clock.setTimeout(() => {
        log("payment.frame-rejected", { device, asked: false });
        this.#deliver(this.#reader.resume());
      }, stalled);
    for (const apdu of apdus) onApdu(apdu, false);
  }
}
