import { fromLatin1, toLatin1 } from "../../../base/bytes/bytes.ts";
import type { Clock } from "../../../base/clock.ts";
import type { Logger } from "../../../base/log.ts";
import { type CodedError, coded } from "../../../base/registry/coded-error.ts";
import {
  ACK,
  encodeFrame,
  type FramingCounters,
  type FramingItem,
  NAK,
  StxEtxLrcReader,
} from "../../framing/stx-etx-lrc.ts";
import type { ByteChannel } from "../../transport/byte-channel.ts";
import { Inbox } from "../inbox.ts";
import { FUNCTION, statusMessage } from "./messages.ts";
import type { TransbankSettings } from "./settings.ts";

/** "On NAK the cash register sends again, at most two more times"; the terminal does the same with its answers. */
const RETRANSMISSIONS = 2;
/** All answers to one request together, characters: the sales of many days. A list that goes on has no end. */
const MAX_ANSWERS = 1_000_000;

export type Answer = {
  /**
   * What a frame is to this request: the last answer, one of several, an answer that contradicts the request, or
   * nothing to do with it.
   */
  readonly accepts: (data: string) => "last" | "more" | "contradiction" | "foreign";
  /** From ACK to the last answer, milliseconds. Status messages do not extend it. */
  readonly within: number;
  /** The answer's content names the request, so that it counts even when the ACK was lost. */
  readonly provesReceipt: boolean;
};

export type ExchangeRequest = {
  /** For logs: `sale`, `poll`. */
  readonly name: string;
  readonly data: string;
  /** Absent: the exchange ends with the ACK. */
  readonly answer?: Answer;
  /** Takes the codes of status messages; without it they go to `onStray`. */
  readonly onStatus?: (code: string) => void;
};

/** All ways in which an exchange ends. Everything but the first three leaves open what the terminal did. */
export type ExchangeEnd =
  | { readonly end: "answered"; readonly answers: readonly string[] }
  /** The terminal answered NAK every time: it took nothing. */
  | { readonly end: "refused" }
  /** No byte of the request left. */
  | { readonly end: "not-sent"; readonly error: CodedError }
  /** Neither ACK nor NAK. */
  | { readonly end: "silent" }
  /** ACK, then no answer in time. */
  | { readonly end: "unanswered" }
  /** The answer was damaged three times. */
  | { readonly end: "garbled" }
  | { readonly end: "contradicted" }
  | { readonly end: "lost"; readonly acknowledged: boolean }
  | { readonly end: "stopped" };

/** How often damaged frames may still be asked for in this exchange. */
type Naks = { answer: number; status: number };

export type SessionOptions = {
  readonly device: string;
  readonly settings: TransbankSettings;
  readonly clock: Clock;
  readonly log: Logger;
  /** Takes every good message that answers nothing; it has been acknowledged. */
  readonly onStray: (data: string) => void;
};

/**
 * The conversation over one open channel. One exchange at a time: the caller sees to it. What comes while none is
 * under way is acknowledged, reported and dropped, never kept for the next request.
 */
export class TransbankSession {
  readonly #channel: ByteChannel;
  readonly #options: SessionOptions;
  readonly #reader = new StxEtxLrcReader();
  /** Names of exchanges whose answer never came: it may still be on its way. */
  readonly unanswered = new Set<string>();
  /** ACKs that no request waited for: each shows that an earlier request, thought lost, was taken after all. */
  strayAcks = 0;
  #lastByteAt = 0;
  #inbox: Inbox<FramingItem> | undefined;
  #lost = false;
  #lastAnswer: string | undefined;

  constructor(channel: ByteChannel, options: SessionOptions) {
    this.#channel = channel;
    this.#options = options;
    channel.onBytes((bytes) => this.#receive(bytes));
  }

  get framing(): Readonly<FramingCounters> {
    return this.#reader.counters;
  }

  /** The channel is gone: every wait ends. */
  end(): void {
    this.#lost = true;
    this.#inbox?.put({ kind: "lost" });
  }

  /**
   * One request and what follows. Once a byte may have left, only `stop` ends it early.
   *
   * Silence is never answered by sending again: whoever asked for money must find out first.
   */
  async exchange(request: ExchangeRequest, stop: AbortSignal): Promise<ExchangeEnd> {
    if (this.#inbox !== undefined) throw new Error(`${request.name} while another exchange is under way`);
    if (stop.aborted) return { end: "not-sent", error: coded("common.cancelled", request.name) };
    if (this.#lost) return { end: "not-sent", error: coded("link.lost", request.name) };
    this.#giveUpStalledFrame();
    const { clock, device, log } = this.#options;
    const began = clock.monotonic();
    const inbox = new Inbox<FramingItem>(clock);
    this.#inbox = inbox;
    const onStop = () => inbox.put({ kind: "stopped" });
    stop.addEventListener("abort", onStop, { once: true });
    try {
      const end = await this.#converse(request, inbox);
      if (end.end === "answered") this.unanswered.delete(request.name);
      else if (request.answer !== undefined) this.unanswered.add(request.name);
      log("payment.exchange", { device, exchange: request.name, end: end.end, took: clock.monotonic() - began });
      return end;
    } finally {
      stop.removeEventListener("abort", onStop);
      this.#inbox = undefined;
      for (const item of inbox.rest()) if (item.kind !== "lost" && item.kind !== "stopped") await this.#idle(item);
    }
  }

  async #converse(request: ExchangeRequest, inbox: Inbox<FramingItem>): Promise<ExchangeEnd> {
    const { clock, device, log, settings } = this.#options;
    const frame = encodeFrame(toLatin1(request.data));
    const naks = { answer: RETRANSMISSIONS, status: RETRANSMISSIONS };
    for (let sending = 0; sending <= RETRANSMISSIONS; sending++) {
      if (sending > 0) log("payment.retransmitted", { device, exchange: request.name, attempt: sending + 1 });
      const written = await this.#channel.write(frame);
      // A failed write may have put some bytes, or all of them, on the line.
      if (!written.ok) return { end: "lost", acknowledged: false };
      const receipt = await this.#awaitAck(request, inbox, clock.monotonic() + settings.ack, naks);
      if (receipt === "refused") continue;
      if (receipt !== "acknowledged") return receipt;
      if (request.answer === undefined) return { end: "answered", answers: [] };
      return await this.#awaitAnswer(request, request.answer, inbox, clock.monotonic() + request.answer.within, naks);
    }
    return { end: "refused" };
  }

  async #awaitAck(
    request: ExchangeRequest,
    inbox: Inbox<FramingItem>,
    until: number,
    naks: Naks,
  ): Promise<ExchangeEnd | "acknowledged" | "refused"> {
    let atWork = false;
    for (;;) {
      const item = await inbox.next(until);
      switch (item.kind) {
        case "ack":
          return "acknowledged";
        case "nak":
          // A terminal that already asks for the card has taken the request; sending it again could charge twice.
          if (!atWork) return "refused";
          break;
        case "deadline":
          return atWork && request.answer !== undefined ? "acknowledged" : { end: "silent" };
        case "lost":
          return { end: "lost", acknowledged: atWork };
        case "stopped":
          return { end: "stopped" };
        case "bad-frame":
          await this.#reject(request, item.data, naks);
          break;
        case "frame": {
          const data = fromLatin1(item.data);
          if (isStatus(data) && request.onStatus !== undefined) {
            atWork = true;
            await this.#status(request.onStatus, data);
          } else if (request.answer?.provesReceipt === true && request.answer.accepts(data) === "last") {
            return await this.#answered([data]);
          } else await this.#stray(data);
          break;
        }
      }
    }
  }

  async #awaitAnswer(
    request: ExchangeRequest,
    answer: Answer,
    inbox: Inbox<FramingItem>,
    until: number,
    naks: Naks,
  ): Promise<ExchangeEnd> {
    const answers: string[] = [];
    let length = 0;
    for (;;) {
      const item = await inbox.next(until);
      switch (item.kind) {
        case "ack":
          this.strayAcks++;
          break;
        case "nak":
          break;
        case "deadline":
          return { end: "unanswered" };
        case "lost":
          return { end: "lost", acknowledged: true };
        case "stopped":
          return { end: "stopped" };
        case "bad-frame":
          if (!(await this.#reject(request, item.data, naks))) return { end: "garbled" };
          break;
        case "frame": {
          naks.answer = RETRANSMISSIONS;
          const data = fromLatin1(item.data);
          if (isStatus(data) && request.onStatus !== undefined) {
            await this.#status(request.onStatus, data);
            break;
          }
          const verdict = isStatus(data) ? "foreign" : answer.accepts(data);
          if (verdict === "foreign") {
            await this.#stray(data);
            break;
          }
          // One of several, sent again because our ACK was lost.
          if (verdict === "more" && data === answers.at(-1)) {
            await this.#send(ACK);
            break;
          }
          answers.push(data);
          length += data.length;
          if (length > MAX_ANSWERS) return { end: "garbled" };
          if (verdict === "last") return await this.#answered(answers);
          await this.#send(ACK);
          if (verdict === "contradiction") return { end: "contradicted" };
          break;
        }
      }
    }
  }

  /** The ACK leaves before the answer is handed over: whoever gets it may close the port at once. */
  async #answered(answers: readonly string[]): Promise<ExchangeEnd> {
    this.#lastAnswer = answers.at(-1);
    await this.#send(ACK);
    return { end: "answered", answers };
  }

  async #status(tell: (code: string) => void, data: string): Promise<void> {
    await this.#send(ACK);
    tell(statusMessage.decode(data).values.responseCode ?? "");
  }

  /**
   * Asks for a damaged frame again; `false` when it was asked for often enough. A status message decides nothing: it
   * never ends the exchange, and is taken as it is when it stays damaged (the .NET SDK does not check it at all).
   */
  async #reject({ onStatus = () => {} }: ExchangeRequest, bytes: Uint8Array, naks: Naks): Promise<boolean> {
    const data = fromLatin1(bytes);
    const kind = isStatus(data) ? "status" : "answer";
    const asked = naks[kind] > 0;
    this.#options.log("payment.frame-rejected", { device: this.#options.device, asked });
    if (asked) {
      naks[kind]--;
      await this.#send(NAK);
    } else if (kind === "status") await this.#status(onStatus, data);
    return asked || kind === "status";
  }

  async #stray(data: string): Promise<void> {
    const { device, log, onStray } = this.#options;
    await this.#send(ACK);
    if (isStatus(data)) return onStray(data);
    log("payment.stray", { device, function: data.slice(0, 4), duplicate: data === this.#lastAnswer });
    if (data !== this.#lastAnswer) onStray(data);
  }

  async #idle(item: FramingItem): Promise<void> {
    if (item.kind === "ack") this.strayAcks++;
    else if (item.kind === "frame") await this.#stray(fromLatin1(item.data));
    else if (item.kind === "bad-frame")
      this.#options.log("payment.frame-rejected", { device: this.#options.device, asked: false });
  }

  #receive(bytes: Uint8Array): void {
    this.#lastByteAt = this.#options.clock.monotonic();
    for (const item of this.#reader.push(bytes)) {
      if (this.#inbox !== undefined) this.#inbox.put(item);
      else void this.#idle(item);
    }
  }

  #giveUpStalledFrame(): void {
    const { clock, settings } = this.#options;
    if (clock.monotonic() - this.#lastByteAt >= settings.stalledFrame) this.#reader.abandon();
  }

  /** A failed write shows itself by the end of the channel; there is nothing to do about it here. */
  async #send(byte: number): Promise<void> {
    await this.#channel.write(Uint8Array.of(byte));
  }
}

export function isStatus(data: string): boolean {
  return data.startsWith(FUNCTION.status);
}
