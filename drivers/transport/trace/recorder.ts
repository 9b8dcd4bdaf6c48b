import { toHex } from "../../../base/bytes/bytes.ts";
import type { Clock } from "../../../base/clock.ts";
import { ok, type Result } from "../../../base/result.ts";
import type { ByteChannel, ChannelError, OpenChannel } from "../byte-channel.ts";
import type { TraceEvent, TraceHeader } from "./format.ts";
import type { Redaction } from "./redaction.ts";

export type TraceRecorderOptions = {
  readonly header: TraceHeader;
  readonly clock: Clock;
  /** The rule of the device's kind; `SHOW_ALL` where somebody asked for a raw trace. */
  readonly redaction: Redaction;
  /** Takes one line with its end. What it throws ends the recording and nothing else. */
  readonly write: (line: string) => void;
  /** Longest file, bytes. */
  readonly limit?: number;
};

/** Hours of a talkative device, and still a file that can be sent by mail. */
const LIMIT = 8 * 1024 * 1024;
/** Kept for the line that says that the trace is full. */
const LAST_LINE = 64;

/** A happening without its time. */
type Happening = TraceEvent extends infer E ? (E extends TraceEvent ? Omit<E, "at"> : never) : never;

/** Writes down what passes between a driver and its device. The driver notices nothing of it. */
export class TraceRecorder {
  readonly #options: TraceRecorderOptions;
  readonly #began: number;
  #left: number;
  #refused: string | undefined;
  #connections = 0;
  #state: "recording" | "full" | "failed" = "recording";

  constructor(options: TraceRecorderOptions) {
    this.#options = options;
    this.#began = options.clock.monotonic();
    this.#left = (options.limit ?? LIMIT) - LAST_LINE;
    this.#line(options.header);
  }

  /** `full`: the limit was reached; `failed`: a line could not be written. */
  get state(): "recording" | "full" | "failed" {
    return this.#state;
  }

  /** How many channels were opened; none where a device is not reached through one. */
  get connections(): number {
    return this.#connections;
  }

  /** The same channels, recorded. */
  wrap(open: OpenChannel): OpenChannel {
    return async (signal) => {
      const opened = await open(signal);
      if (opened.ok) {
        this.#refused = undefined;
        this.#connections++;
        this.#record({ event: "open" });
        return ok(new RecordedChannel(opened.value, this.#options.redaction, (event) => this.#record(event)));
      }
      const { code } = opened.error;
      // A device that is away is asked for several times a second: the first answer says it all.
      if ((code === "link.absent" || code === "link.refused") && code !== this.#refused) {
        this.#refused = code;
        this.#record({ event: "refused", code });
      }
      return opened;
    };
  }

  #record(happening: Happening): void {
    const at = Math.round((this.#options.clock.monotonic() - this.#began) * 100) / 100;
    this.#line({ at, ...happening });
  }

  #line(content: TraceHeader | TraceEvent): void {
    if (this.#state !== "recording") return;
    const line = `${JSON.stringify(content)}\n`;
    if (line.length > this.#left) {
      this.#state = "full";
      this.#write(`${JSON.stringify({ at: "at" in content ? content.at : 0, event: "full" })}\n`);
      return;
    }
    this.#left -= line.length;
    this.#write(line);
  }

  #write(line: string): void {
    try {
      this.#options.write(line);
    } catch {
      this.#state = "failed";
    }
  }
}

class RecordedChannel implements ByteChannel {
  readonly closed: Promise<string>;
  readonly #inner: ByteChannel;
  readonly #masks: ReturnType<Redaction>;
  readonly #record: (happening: Happening) => void;
  #writes = 0;
  #by: "driver" | "device" = "device";
  #ended = false;

  constructor(inner: ByteChannel, redaction: Redaction, record: (happening: Happening) => void) {
    this.#inner = inner;
    this.#masks = redaction();
    this.#record = record;
    this.closed = inner.closed.then((cause) => {
      this.#ended = true;
      record({ event: "closed", by: this.#by });
      return cause;
    });
  }

  async write(bytes: Uint8Array): Promise<Result<void, ChannelError>> {
    // What is written after the end never was on the line.
    if (this.#ended || this.#by === "driver") return await this.#inner.write(bytes);
    const write = this.#writes++;
    if (bytes.length > 0) this.#record({ event: "out", hex: toHex(this.#masks.out(bytes)) });
    const written = await this.#inner.write(bytes);
    this.#record({ event: "sent", write, ...(written.ok ? {} : { failed: true }) });
    return written;
  }

  onBytes(listener: (bytes: Uint8Array) => void): void {
    this.#inner.onBytes((bytes) => {
      if (bytes.length > 0) this.#record({ event: "in", hex: toHex(this.#masks.in(bytes)) });
      listener(bytes);
    });
  }

  async close(): Promise<void> {
    this.#by = "driver";
    await this.#inner.close();
  }
}
