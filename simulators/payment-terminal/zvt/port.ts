import { concat } from "../../../base/bytes/bytes.ts";
import type { Clock } from "../../../base/clock.ts";
import { pause } from "../../../base/deadline.ts";
import { type Apdu, ApduStreamReader, decodeApdu, encodeApdu } from "../../../drivers/framing/apdu-stream.ts";
import { ACK, DleFrameReader, encodeDleFrame, NAK } from "../../../drivers/framing/dle-stx-crc.ts";
import { answerOf } from "../../../drivers/payment-terminal/zvt/messages.ts";
import type { Wire } from "../../wire/wire.ts";
import type { ZvtFaults } from "./faults.ts";

/** "The sender repeats the message up to two times." */
const RETRANSMISSIONS = 2;

export type Transport = "tcp" | "serial";

/** What is done to the bytes of one unit on their way. */
export type Handling = {
  readonly garbage?: Uint8Array;
  /** Asked at each transmission. */
  readonly wrongCrc?: () => boolean;
  readonly drop?: boolean;
  readonly duplicate?: boolean;
  readonly split?: { readonly at: number; readonly pause: number };
};

/** The terminal's end of the line: framing, acknowledgement, repetition, and what can go wrong there. */
export class ZvtPort {
  readonly #wire: Wire;
  readonly #transport: Transport;
  readonly #clock: Clock;
  readonly #faults: ZvtFaults;
  readonly #ackTimeout: number;
  readonly #answerTimeout: number;
  #frames = new DleFrameReader();
  #stream = new ApduStreamReader();
  #acknowledged: ((reply: "ack" | "nak") => void) | undefined;
  #answered: ((answer: Apdu | undefined) => void) | undefined;
  #on = new AbortController();
  onCommand: (apdu: Apdu) => void = () => {};

  constructor(
    wire: Wire,
    transport: Transport,
    clock: Clock,
    faults: ZvtFaults,
    timeouts: { readonly ackTimeout: number; readonly answerTimeout: number },
  ) {
    this.#wire = wire;
    this.#transport = transport;
    this.#clock = clock;
    this.#faults = faults;
    this.#ackTimeout = timeouts.ackTimeout;
    this.#answerTimeout = timeouts.answerTimeout;
    wire.onBytes((bytes) => {
      if (!this.#on.signal.aborted) this.#receive(bytes);
    });
  }

  /** Ends with the terminal's power. */
  get power(): AbortSignal {
    return this.#on.signal;
  }

  /** Whether a command of ours still waits for its answer. */
  get waits(): boolean {
    return this.#answered !== undefined;
  }

  get plugged(): boolean {
    return this.#wire.plugged;
  }

  powerOff(): void {
    this.#on.abort();
    this.#wire.unplug();
  }

  powerOn(): void {
    this.#on = new AbortController();
    this.#forget();
    this.#wire.plug();
  }

  unplug(): void {
    this.#wire.unplug();
    this.#hearNothing();
  }

  plug(): void {
    this.#forget();
    this.#wire.plug();
  }

  /** A new caller begins in the middle of nothing. */
  hungUp(): void {
    this.#hearNothing();
    this.#forget();
  }

  /** Sends an answer; nobody answers an answer. */
  async answer(apdu: Apdu): Promise<void> {
    await this.#transmit(apdu, {});
  }

  /** Sends a command and waits for its answer; `undefined` when none comes in time. */
  async command(apdu: Apdu, handling: Handling = {}): Promise<Apdu | undefined> {
    const { power } = this;
    const { promise, resolve } = Promise.withResolvers<Apdu | undefined>();
    this.#answered = resolve;
    await this.#transmit(apdu, handling);
    const given = new AbortController();
    void pause(this.#clock, this.#answerTimeout, AbortSignal.any([power, given.signal])).then(() => resolve(undefined));
    const answer = await promise;
    given.abort();
    if (this.#answered === resolve) this.#answered = undefined;
    return power.aborted ? undefined : answer;
  }

  async #transmit(apdu: Apdu, handling: Handling): Promise<void> {
    const bytes = this.#transport === "tcp" ? encodeApdu(apdu) : encodeDleFrame(encodeApdu(apdu));
    if (this.#transport === "tcp") return await this.#put(bytes, handling);
    for (let sending = 0; sending <= RETRANSMISSIONS; sending++) {
      const { promise, resolve } = Promise.withResolvers<"ack" | "nak" | "timeout">();
      this.#acknowledged = resolve;
      const { drop, wrongCrc } = handling;
      await this.#put(bytes, sending === 0 ? handling : { ...(drop && { drop }), ...(wrongCrc && { wrongCrc }) });
      const given = new AbortController();
      void pause(this.#clock, this.#ackTimeout, AbortSignal.any([this.power, given.signal])).then(() =>
        resolve("timeout"),
      );
      const reply = await promise;
      given.abort();
      this.#acknowledged = undefined;
      if (reply === "ack" || this.power.aborted) return;
    }
  }

  async #put(whole: Uint8Array, { drop, duplicate, garbage, split, wrongCrc }: Handling): Promise<void> {
    if (drop === true) return;
    const bytes = whole.slice();
    if (wrongCrc?.() === true) {
      const last = bytes.length - 1;
      bytes[last] = (bytes[last] ?? 0) ^ 0x55;
    }
    if (garbage !== undefined) await this.#wire.write(garbage);
    if (split !== undefined) {
      await this.#wire.write(bytes.subarray(0, split.at));
      if (!(await pause(this.#clock, split.pause, this.power))) return;
      await this.#wire.write(bytes.subarray(split.at));
    } else await this.#wire.write(duplicate === true ? concat([bytes, bytes]) : bytes);
  }

  #receive(bytes: Uint8Array): void {
    if (this.#transport === "tcp") {
      for (const apdu of this.#stream.push(bytes)) this.#take(apdu);
      return;
    }
    for (const item of this.#frames.push(bytes)) {
      if (item.kind === "ack" || item.kind === "nak") {
        this.#acknowledged?.(item.kind);
        continue;
      }
      const apdu = item.kind === "frame" ? decodeApdu(item.data) : undefined;
      if (apdu === undefined || this.#faults.take("nak", apdu.control) !== undefined) void this.#single(NAK);
      else if (this.#faults.take("drop-request", apdu.control) === undefined) {
        if (this.#faults.take("drop-ack", apdu.control) === undefined) void this.#single(ACK);
        // An answer shows that what was sent has arrived.
        this.#acknowledged?.("ack");
        this.#take(apdu);
      }
    }
  }

  #take(apdu: Apdu): void {
    if (answerOf(apdu) !== undefined) {
      const answered = this.#answered;
      this.#answered = undefined;
      answered?.(apdu);
      return;
    }
    if (this.#transport === "tcp" && this.#faults.take("drop-request", apdu.control) !== undefined) return;
    this.onCommand(apdu);
  }

  async #single(byte: number): Promise<void> {
    await this.#wire.write(Uint8Array.of(byte));
  }

  /** A connection that is closed brings no answer; a serial line only stays silent. */
  #hearNothing(): void {
    if (this.#transport !== "tcp") return;
    const answered = this.#answered;
    this.#answered = undefined;
    answered?.(undefined);
  }

  #forget(): void {
    this.#frames = new DleFrameReader();
    this.#stream = new ApduStreamReader();
  }
}
