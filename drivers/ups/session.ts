import { fromLatin1 } from "../../base/bytes/bytes.ts";
import type { Clock } from "../../base/clock.ts";
import { withDeadline } from "../../base/deadline.ts";
import { Mutex } from "../../base/mutex.ts";
import { type CodedError, coded } from "../../base/registry/coded-error.ts";
import { err, ok, type Result } from "../../base/result.ts";
import { LineFraming } from "../framing/line.ts";
import type { ByteChannel, ChannelError } from "../transport/byte-channel.ts";
import { decodeAnswer, encodeListRequest, MAX_LINE, type NutAnswer } from "./nut-protocol.ts";

/** The daemon answers from its memory; what takes longer is no answer any more. Milliseconds. */
const ANSWER_WITHIN = 4_000;
/** The richest UPS publishes some two hundred variables. */
const MAX_VARIABLES = 1_000;

export type UpsError =
  | ChannelError
  | CodedError<
      | "ups.data-stale"
      | "ups.driver-not-connected"
      | "ups.unknown"
      | "ups.access-denied"
      | "ups.refused"
      | "ups.garbled"
    >;

export type Variables = ReadonlyMap<string, string>;

type List = {
  readonly ups: string;
  readonly variables: Map<string, string>;
  begun: boolean;
  readonly end: (result: Result<Variables, UpsError>) => void;
};

/**
 * The conversation over one connection to upsd. Answers carry no number, so one exchange is under way at a time, and a connection whose
 * answer was late, foreign or too long is closed: what still comes on it must not be taken for the next answer.
 */
export class NutSession {
  readonly #channel: ByteChannel;
  readonly #clock: Clock;
  readonly #framing = new LineFraming(MAX_LINE);
  readonly #exchanges = new Mutex();
  #list: List | undefined;
  #lost: string | undefined;

  constructor(channel: ByteChannel, clock: Clock) {
    this.#channel = channel;
    this.#clock = clock;
    channel.onBytes((bytes) => this.#receive(bytes));
  }

  /** The channel is gone: every wait ends. */
  end(cause: string): void {
    this.#lost ??= cause;
    this.#list?.end(err(coded("link.lost", cause)));
  }

  /** All that the daemon knows of a UPS. */
  listVariables(ups: string, signal?: AbortSignal): Promise<Result<Variables, UpsError>> {
    return this.#exchanges.withLock(async () => {
      if (this.#lost !== undefined) return err(coded("link.lost", this.#lost));
      const listed = await withDeadline<Variables, UpsError>(
        this.#clock,
        ANSWER_WITHIN,
        signal,
        `variables of ${ups}`,
        () => this.#listVariables(ups),
      );
      const unanswered = this.#list !== undefined;
      this.#list = undefined;
      if (unanswered) this.#hangUp("an exchange was given up");
      return listed;
    });
  }

  async #listVariables(ups: string): Promise<Result<Variables, UpsError>> {
    const { promise, resolve } = Promise.withResolvers<Result<Variables, UpsError>>();
    this.#list = { ups, variables: new Map(), begun: false, end: resolve };
    const written = await this.#channel.write(encodeListRequest(ups));
    return written.ok ? promise : err(written.error);
  }

  #receive(bytes: Uint8Array): void {
    if (this.#lost !== undefined) return;
    for (const line of this.#framing.push(bytes)) this.#take(fromLatin1(line));
    if (this.#framing.counts.overlong > 0) this.#garbled("a line without end");
  }

  #take(line: string): void {
    const list = this.#list;
    const answer = decodeAnswer(line);
    if (list === undefined || answer === undefined) this.#garbled("a line that answers nothing");
    else if (answer.type === "error") this.#finish(list, err(refusal(answer.error, list.ups)));
    else if (!this.#fits(list, answer)) this.#garbled("a line out of place");
    else if (answer.type === "begin") list.begun = true;
    else if (answer.type === "variable") list.variables.set(answer.name, answer.value);
    else this.#finish(list, ok(list.variables));
  }

  #fits({ ups, begun, variables }: List, answer: NutAnswer): boolean {
    if (answer.type === "error" || answer.ups !== ups) return false;
    return answer.type === "begin" ? !begun : begun && variables.size < MAX_VARIABLES;
  }

  #finish(list: List, result: Result<Variables, UpsError>): void {
    this.#list = undefined;
    list.end(result);
  }

  #garbled(what: string): void {
    const list = this.#list;
    if (list !== undefined) this.#finish(list, err(coded("ups.garbled", what)));
    this.#hangUp(what);
  }

  #hangUp(cause: string): void {
    this.#lost ??= cause;
    void this.#channel.close();
  }
}

/** The daemon's refusals, RFC 9271, section 4.5. */
function refusal(word: string, ups: string): UpsError {
  switch (word) {
    case "DATA-STALE":
      return coded("ups.data-stale", ups);
    case "DRIVER-NOT-CONNECTED":
      return coded("ups.driver-not-connected", ups);
    case "UNKNOWN-UPS":
      return coded("ups.unknown", ups);
    case "ACCESS-DENIED":
      return coded("ups.access-denied", ups);
    default:
      return coded("ups.refused", word.slice(0, 64));
  }
}
