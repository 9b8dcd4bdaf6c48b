import { concat, fromLatin1, toLatin1 } from "../../base/bytes/bytes.ts";
import type { Clock } from "../../base/clock.ts";
import { pause } from "../../base/deadline.ts";
import { ACK, encodeFrame, type FramingItem, NAK, StxEtxLrcReader } from "../../drivers/framing/stx-etx-lrc.ts";
import type { Wire } from "../wire/wire.ts";
import type { Faults } from "./faults.ts";

/** "If it is not acknowledged the terminal sends it again, at most two more times." */
const RETRANSMISSIONS = 2;

type Reply = "ack" | "nak" | "timeout" | "overtaken";
type Waiting = { readonly resolve: (reply: Reply) => void };

/** The terminal's end of the line: framing, acknowledgement, retransmission, and everything that can go wrong there. */
export class TerminalPort {
  readonly #wire: Wire;
  readonly #clock: Clock;
  readonly #faults: Faults;
  readonly #ackTimeout: number;
  #reader = new StxEtxLrcReader();
  /** What was sent and not yet acknowledged, oldest first. */
  #waiting: Waiting[] = [];
  /** An ACK that is kept to leave together with the response. */
  #heldAck = false;
  #on = new AbortController();
  onRequest: (data: string) => void = () => {};

  constructor(wire: Wire, clock: Clock, faults: Faults, ackTimeout: number) {
    this.#wire = wire;
    this.#clock = clock;
    this.#faults = faults;
    this.#ackTimeout = ackTimeout;
    wire.onBytes((bytes) => {
      if (!this.#on.signal.aborted) for (const item of this.#reader.push(bytes)) this.#take(item);
    });
  }

  /** Ends with the terminal's power. */
  get power(): AbortSignal {
    return this.#on.signal;
  }

  get plugged(): boolean {
    return this.#wire.plugged;
  }

  /** Everything under way is forgotten. */
  powerOff(): void {
    this.#on.abort();
    this.#waiting = [];
    this.#heldAck = false;
    this.#wire.unplug();
  }

  powerOn(): void {
    this.#on = new AbortController();
    this.#reader = new StxEtxLrcReader();
    this.#wire.plug();
  }

  /** Pulls the cable while the terminal stays on. */
  unplug(): void {
    this.#wire.unplug();
  }

  plug(): void {
    this.#reader = new StxEtxLrcReader();
    this.#wire.plug();
  }

  async nak(): Promise<void> {
    await this.#wire.write(Uint8Array.of(NAK));
  }

  /** Acknowledges a request, as far as the faults let it. */
  async acknowledge(request: string): Promise<void> {
    if (this.#faults.take("drop-ack", request) !== undefined) return;
    if (this.#faults.take("join-ack-and-response", request) !== undefined) {
      this.#heldAck = true;
      return;
    }
    const late = this.#faults.take("late-ack", request);
    if (late === undefined) await this.#wire.write(Uint8Array.of(ACK));
    else
      void pause(this.#clock, late.delay, this.power).then((on) =>
        on ? this.#wire.write(Uint8Array.of(ACK)) : undefined,
      );
    this.pullCable(request, "after-ack");
  }

  /** Sends a status message; it is not repeated when nobody acknowledges it. */
  async status(code: string): Promise<void> {
    if (this.#heldAck) return;
    this.#waiting.push({ resolve: () => {} });
    await this.#wire.write(encodeFrame(toLatin1(`0900|${code}`)));
  }

  /** Sends a response until it is acknowledged; `false` when nobody acknowledged it. */
  async respond(request: string, data: string): Promise<boolean> {
    const { power } = this;
    for (let sending = 0; sending <= RETRANSMISSIONS; sending++) {
      const { promise, resolve } = Promise.withResolvers<Reply>();
      const waiting = { resolve };
      this.#waiting.push(waiting);
      await this.#put(request, data, power);
      const sent = new AbortController();
      void pause(this.#clock, this.#ackTimeout, AbortSignal.any([power, sent.signal])).then(() => resolve("timeout"));
      const reply = await promise;
      sent.abort();
      this.#waiting = this.#waiting.filter((other) => other !== waiting);
      if (reply === "ack") return true;
      if (reply === "overtaken" || power.aborted) return false;
    }
    return false;
  }

  /** Carries out an unplug fault of this moment; the line comes back by itself where the fault says so. */
  pullCable(request: string, when: "before-ack" | "after-ack" | "before-response" | "after-response"): boolean {
    const fault = this.#faults.take("unplug", request, when);
    if (fault === undefined) return false;
    this.unplug();
    if (fault.replugAfter !== undefined)
      void pause(this.#clock, fault.replugAfter, this.power).then((on) => {
        if (on) this.plug();
      });
    return true;
  }

  async #put(request: string, data: string, power: AbortSignal): Promise<void> {
    const frame = encodeFrame(toLatin1(data));
    const bytes = this.#heldAck ? concat([Uint8Array.of(ACK), frame]) : frame;
    this.#heldAck = false;
    if (this.#faults.take("drop-response", request) !== undefined) return;
    const late = this.#faults.take("late-response", request);
    if (late !== undefined && !(await pause(this.#clock, late.delay, power))) return;
    this.pullCable(request, "before-response");
    const garbage = this.#faults.take("garbage", request);
    if (garbage !== undefined) await this.#wire.write(garbage.bytes);
    if (this.#faults.take("wrong-lrc", request) !== undefined) {
      const last = bytes.length - 1;
      bytes[last] = (bytes[last] ?? 0) ^ 0x55;
    }
    const split = this.#faults.take("split-response", request);
    if (split !== undefined) {
      await this.#wire.write(bytes.subarray(0, split.at));
      if (!(await pause(this.#clock, split.pause, power))) return;
      await this.#wire.write(bytes.subarray(split.at));
    } else await this.#wire.write(bytes);
    if (this.#faults.take("duplicate-response", request) !== undefined) await this.#wire.write(bytes);
    this.pullCable(request, "after-response");
  }

  #take(item: FramingItem): void {
    if (item.kind === "frame") {
      // A cash register that asks for something else will not acknowledge what came before.
      for (const waiting of this.#waiting.splice(0)) waiting.resolve("overtaken");
      this.onRequest(fromLatin1(item.data));
    } else if (item.kind === "bad-frame") void this.nak();
    else this.#waiting.shift()?.resolve(item.kind);
  }
}
