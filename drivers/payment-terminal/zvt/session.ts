import type { Clock } from "../../../base/clock.ts";
import type { Logger } from "../../../base/log.ts";
import { type CodedError, coded } from "../../../base/registry/coded-error.ts";
import type { Apdu } from "../../framing/apdu-stream.ts";
import type { ByteChannel } from "../../transport/byte-channel.ts";
import { Inbox, type LineEnd } from "../inbox.ts";
import { type ApduLink, SerialLink, TcpLink } from "./link.ts";
import { abort, answerOf, CONTROL, hexByte, intermediate, NOT_POSSIBLE, POSITIVE } from "./messages.ts";
import type { ZvtSettings } from "./settings.ts";

/** A terminal may ask for a longer T4 (PA00P015, chapter 3.7), minutes. */
const MILLISECONDS_PER_MINUTE = 60_000;

export type ExchangeRequest = {
  /** For logs: `sale`, `poll`. */
  readonly name: string;
  readonly apdu: Apdu;
  /** Ends with the terminal's positive answer; otherwise with its completion or abort. */
  readonly short?: true;
  /** T4: from the answer, or the last sign of work, to the end, milliseconds. */
  readonly within: number;
  /** From the answer to the end, signs of work or not, milliseconds; absent: `within`, which nothing extends. */
  readonly longest?: number;
  /** Takes intermediate status, two hexadecimal digits. */
  readonly onIntermediate?: (status: string) => void;
  /** Decides the answer to every other command of the terminal; absent: positive. */
  readonly onCommand?: (apdu: Apdu) => Apdu | Promise<Apdu>;
  /** Asks the terminal to break off (06 B0) when it aborts; the exchange goes on to its end. */
  readonly breakOff?: AbortSignal;
};

/** All ways in which an exchange ends. `refused`, `not-sent` and `rejected` say that nothing was begun. */
export type ExchangeEnd =
  /** The terminal's completion, or its positive answer to a short command. */
  | { readonly end: "completed"; readonly completion: Apdu }
  /** The terminal began and broke off, with this result code. */
  | { readonly end: "aborted"; readonly code: string }
  /** The terminal answered 84 with this code: it did not begin. */
  | { readonly end: "rejected"; readonly code: string }
  /** NAK every time. */
  | { readonly end: "refused" }
  | { readonly end: "not-sent"; readonly error: CodedError }
  /** No answer within T3. */
  | { readonly end: "silent" }
  /** An answer, then no end within T4. */
  | { readonly end: "unanswered" }
  | { readonly end: "lost" }
  | { readonly end: "stopped" };

type Item = { readonly kind: "apdu"; readonly apdu: Apdu; readonly repeated: boolean } | { readonly kind: "break-off" };
type Arrived = Item | LineEnd;

export type SessionOptions = {
  readonly device: string;
  readonly transport: "tcp" | "serial";
  readonly settings: ZvtSettings;
  readonly clock: Clock;
  readonly log: Logger;
  /** Decides the answer to a command that belongs to no exchange. */
  readonly onStray: (apdu: Apdu) => Apdu;
};

/**
 * The conversation over one open channel. We are the master until the terminal has answered a command, then the terminal is
 * until it completes or aborts, and each of its commands is answered (PA00P016, chapter 5). One exchange at a time: the
 * caller sees to it.
 */
export class ZvtSession {
  readonly #channel: ByteChannel;
  readonly #link: ApduLink;
  readonly #options: SessionOptions;
  /** Names of exchanges whose end never came: it may still be on its way. */
  readonly unanswered = new Set<string>();
  /** Whether the terminal was registered on this channel. */
  registered = false;
  /** Name of the exchange under way. */
  asking: string | undefined;
  #inbox: Inbox<Item> | undefined;
  #lost = false;
  #lastReply: Apdu = POSITIVE;

  constructor(channel: ByteChannel, options: SessionOptions) {
    this.#channel = channel;
    this.#options = options;
    const { clock, device, log, settings, transport } = options;
    this.#link = new (transport === "tcp" ? TcpLink : SerialLink)(channel, {
      device,
      ack: settings.ack,
      stalled: settings.stalled,
      clock,
      log,
      onApdu: (apdu, repeated) => {
        if (this.#inbox !== undefined) this.#inbox.put({ kind: "apdu", apdu, repeated });
        else void this.#idle(apdu, repeated);
      },
    });
  }

  /** The channel is gone: every wait ends. */
  end(): void {
    this.#lost = true;
    this.#link.end();
    this.#inbox?.put({ kind: "lost" });
  }

  /**
   * Closes a TCP connection that has timed out, as the specification asks (PA00P016, chapter 5.2.5): a late answer cannot
   * then be taken for the answer to the next command. A serial line stays open.
   */
  async hangUp(): Promise<void> {
    if (this.#options.transport === "tcp") await this.#channel.close();
  }

  /** One command and what follows. Once a byte may have left, only `stop` ends it early; nothing is sent twice on silence. */
  async exchange(request: ExchangeRequest, stop: AbortSignal): Promise<ExchangeEnd> {
    if (this.#inbox !== undefined) throw new Error(`${request.name} while another exchange is under way`);
    if (stop.aborted) return { end: "not-sent", error: coded("common.cancelled", request.name) };
    if (this.#lost) return { end: "not-sent", error: coded("link.lost", request.name) };
    const { clock, device, log } = this.#options;
    const began = clock.monotonic();
    const inbox = new Inbox<Item>(clock);
    this.#inbox = inbox;
    this.asking = request.name;
    const onStop = () => inbox.put({ kind: "stopped" });
    const onBreakOff = () => inbox.put({ kind: "break-off" });
    stop.addEventListener("abort", onStop, { once: true });
    request.breakOff?.addEventListener("abort", onBreakOff, { once: true });
    try {
      const end = await this.#converse(request, inbox, stop);
      if (end.end === "silent" || end.end === "unanswered" || end.end === "stopped") this.unanswered.add(request.name);
      else this.unanswered.delete(request.name);
      log("payment.exchange", { device, exchange: request.name, end: end.end, took: clock.monotonic() - began });
      return end;
    } finally {
      stop.removeEventListener("abort", onStop);
      request.breakOff?.removeEventListener("abort", onBreakOff);
      this.#inbox = undefined;
      this.asking = undefined;
      for (const item of inbox.rest()) if (item.kind === "apdu") await this.#idle(item.apdu, item.repeated);
    }
  }

  async #converse(request: ExchangeRequest, inbox: Inbox<Item>, stop: AbortSignal): Promise<ExchangeEnd> {
    const { clock, settings } = this.#options;
    const stopped = Promise.withResolvers<"stopped">();
    const onStop = () => stopped.resolve("stopped");
    stop.addEventListener("abort", onStop, { once: true });
    const sent = await Promise.race([this.#link.send(request.apdu), stopped.promise]);
    stop.removeEventListener("abort", onStop);
    // A channel that takes nothing is over, whatever it still believes: the next command gets a fresh one.
    if (sent === "lost") await this.#channel.close();
    if (sent !== "sent") return { end: sent };
    const answer = await this.#awaitAnswer(request, inbox, clock.monotonic() + settings.answer);
    return answer === "begun" ? await this.#awaitEnd(request, inbox) : answer;
  }

  async #awaitAnswer(request: ExchangeRequest, inbox: Inbox<Item>, until: number): Promise<ExchangeEnd | "begun"> {
    let atWork = false;
    for (;;) {
      const item = await inbox.next(until);
      if (item.kind === "deadline") return atWork ? "begun" : { end: "silent" };
      if (item.kind === "lost" || item.kind === "stopped") return { end: item.kind };
      if (item.kind === "break-off") continue;
      const answer = answerOf(item.apdu);
      if (answer === "positive") return request.short === true ? { end: "completed", completion: item.apdu } : "begun";
      // A terminal that already asks for the card has begun, whatever a late answer says.
      if (answer !== undefined && !atWork) return { end: "rejected", code: answer.negative };
      if (item.apdu.control === CONTROL.intermediate && request.short !== true) {
        atWork = true;
        await this.#intermediate(request, item.apdu);
      } else if (answer === undefined) await this.#idle(item.apdu, item.repeated);
    }
  }

  async #awaitEnd(request: ExchangeRequest, inbox: Inbox<Item>): Promise<ExchangeEnd> {
    const { clock } = this.#options;
    const latest = clock.monotonic() + (request.longest ?? request.within);
    let patience = request.within;
    let until = Math.min(latest, clock.monotonic() + patience);
    let brokenOff = false;
    let item: Arrived | { readonly kind: "deadline" } =
      request.breakOff?.aborted === true ? { kind: "break-off" } : await inbox.next(until);
    for (;;) {
      if (item.kind === "deadline") return { end: "unanswered" };
      if (item.kind === "lost" || item.kind === "stopped") return { end: item.kind };
      if (item.kind === "break-off") {
        if (!brokenOff) await this.#link.send({ control: CONTROL.stop, data: new Uint8Array(0) });
        brokenOff = true;
      } else if (item.repeated) await this.#reply(this.#lastReply);
      else if (answerOf(item.apdu) === undefined) {
        const { apdu } = item;
        if (apdu.control === CONTROL.completion) {
          await this.#reply(POSITIVE);
          return { end: "completed", completion: apdu };
        }
        if (apdu.control === CONTROL.abort) {
          await this.#reply(POSITIVE);
          return { end: "aborted", code: abort.decode(apdu) ?? "FF" };
        }
        if (apdu.control === CONTROL.intermediate) {
          const minutes = await this.#intermediate(request, apdu);
          if (minutes !== undefined && request.longest !== undefined) patience = minutes * MILLISECONDS_PER_MINUTE;
        } else await this.#reply(await this.#decide(request, apdu));
        until = Math.min(latest, clock.monotonic() + patience);
      }
      item = await inbox.next(until);
    }
  }

  async #intermediate({ onIntermediate }: ExchangeRequest, apdu: Apdu): Promise<number | undefined> {
    await this.#reply(POSITIVE);
    const { status, minutes } = intermediate.decode(apdu);
    onIntermediate?.(status);
    return minutes;
  }

  #decide({ onCommand }: ExchangeRequest, apdu: Apdu): Apdu | Promise<Apdu> {
    return KNOWN.has(apdu.control) ? (onCommand?.(apdu) ?? POSITIVE) : NOT_POSSIBLE;
  }

  async #idle(apdu: Apdu, repeated: boolean): Promise<void> {
    const { device, log, onStray } = this.#options;
    if (answerOf(apdu) !== undefined) return;
    if (apdu.control !== CONTROL.intermediate)
      log("payment.stray", { device, function: controlText(apdu.control), duplicate: repeated });
    await this.#reply(repeated ? this.#lastReply : onStray(apdu));
  }

  /** A failed write shows itself by the end of the channel; there is nothing to do about it here. */
  async #reply(apdu: Apdu): Promise<void> {
    this.#lastReply = apdu;
    await this.#link.send(apdu);
  }
}

/** Commands of a terminal that we can do something with; every other one is answered "not possible". */
const KNOWN: ReadonlySet<number> = new Set([CONTROL.setTime, CONTROL.status, CONTROL.printLine, CONTROL.printBlock]);

function controlText(control: number): string {
  return hexByte(control >> 8) + hexByte(control & 0xff);
}
