import type { Clock } from "../../../base/clock.ts";
import { pause } from "../../../base/deadline.ts";
import { Mutex } from "../../../base/mutex.ts";
import { PendingReplies } from "../../../base/pending.ts";
import { type CodedError, coded } from "../../../base/registry/coded-error.ts";
import { err, ok, type Result } from "../../../base/result.ts";
import type { ByteChannel, ChannelError } from "../../transport/byte-channel.ts";
import { encodeRequest, type Framed, functionOf, type ModbusReply, type ModbusRequest, replyFrames } from "./frames.ts";

/** A board answers within some milliseconds; the specification leaves it to the master how long to wait, 1 s being usual. */
const ANSWER_WITHIN = 1_000;
/** The line is silent for at least 3.5 characters between two frames (1.75 ms above 19 200 bit/s). */
const SILENCE = 5;
/** After an answer that did not come: what still comes is the late one. */
const LATE = 500;

export type ModbusError = ChannelError | CodedError<"io-board.not-answering" | "io-board.refused">;

/**
 * The conversation over one open line with one board. Replies carry no number: one exchange is under way at a time, and after one that
 * was not answered the line is left alone until a late reply has passed.
 */
export class ModbusSession {
  readonly #channel: ByteChannel;
  readonly #clock: Clock;
  readonly #unit: number;
  readonly #frames = replyFrames();
  readonly #pending: PendingReplies<Framed<ModbusReply>>;
  readonly #exchanges = new Mutex();
  readonly #over = new AbortController();
  #late = false;

  constructor(channel: ByteChannel, unit: number, clock: Clock) {
    this.#channel = channel;
    this.#clock = clock;
    this.#unit = unit;
    this.#pending = new PendingReplies(clock);
    channel.onBytes((bytes) => {
      for (const reply of this.#frames.push(bytes)) this.#pending.deliver(reply);
    });
  }

  /** Aborts when the channel is gone. */
  get over(): AbortSignal {
    return this.#over.signal;
  }

  /** Bytes that belonged to no reply. */
  get skipped(): number {
    return this.#frames.skipped;
  }

  end(cause: string): void {
    this.#over.abort();
    this.#pending.lose(cause);
  }

  /** The first `count` bits of a table. */
  async read(table: "coils" | "inputs", count: number): Promise<Result<readonly boolean[], ModbusError>> {
    const reply = await this.#exchange({ ask: "read", table, start: 0, count }, ({ content }) =>
      content.reply === "bits" && content.table === table && content.bits.length === 8 * Math.ceil(count / 8)
        ? content.bits
        : undefined,
    );
    return reply.ok ? ok(reply.value.slice(0, count)) : reply;
  }

  writeCoil(coil: number, on: boolean): Promise<Result<true, ModbusError>> {
    return this.#exchange({ ask: "write-coil", coil, on }, ({ content }) =>
      content.reply === "coil" && content.coil === coil && content.on === on ? true : undefined,
    );
  }

  #exchange<T>(
    request: ModbusRequest,
    accept: (reply: Framed<ModbusReply>) => T | undefined,
  ): Promise<Result<T, ModbusError>> {
    return this.#exchanges.withLock(async () => {
      await pause(this.#clock, this.#late ? LATE : SILENCE, this.#over.signal);
      if (this.#over.signal.aborted) return err(coded("link.lost", `unit ${this.#unit}`));
      this.#late = false;
      this.#frames.discard();
      const name = `${request.ask} of unit ${this.#unit}`;
      const refuses = ({ content }: Framed<ModbusReply>) =>
        content.reply === "exception" && content.to === functionOf(request);
      const ours = (reply: Framed<ModbusReply>) =>
        reply.unit === this.#unit && (refuses(reply) || accept(reply) !== undefined);
      const waiting = this.#pending.expect(name, ours, ANSWER_WITHIN, this.#over.signal);
      const written = await this.#channel.write(encodeRequest({ unit: this.#unit, content: request }));
      // A line that takes no bytes closes its channel, which ends the wait.
      if (!written.ok) return err(written.error);
      const answered = await waiting;
      if (!answered.ok) return err(this.#why(answered.error));
      const { content } = answered.value;
      if (content.reply === "exception") return err(coded("io-board.refused", `${name}: exception ${content.code}`));
      const value = accept(answered.value);
      return value === undefined ? err(coded("io-board.not-answering", name)) : ok(value);
    });
  }

  #why(error: CodedError<"common.deadline" | "common.cancelled" | "link.lost">): ModbusError {
    if (error.code !== "common.deadline") return coded("link.lost", `unit ${this.#unit}`);
    this.#late = true;
    return coded("io-board.not-answering", `unit ${this.#unit}`);
  }
}
