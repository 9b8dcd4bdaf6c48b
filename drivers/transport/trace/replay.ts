import type { Clock } from "../../../base/clock.ts";
import { type CodedError, coded } from "../../../base/registry/coded-error.ts";
import { err, ok, type Result } from "../../../base/result.ts";
import type { OpenChannel } from "../byte-channel.ts";
import type { Trace, TraceEvent } from "./format.ts";
import { type Redaction, SHOW_ALL } from "./redaction.ts";
import { ReplayedChannel } from "./replayed-channel.ts";

export type TraceReplayOptions = {
  readonly clock: Clock;
  /** The rule of the device's kind: what the driver sends is masked as the recording was before the two are compared. */
  readonly redaction: Redaction;
};

/** What happened on one connection; empty where nothing more was recorded. */
type Recorded = {
  readonly events: Trace["events"];
  /** Why it could not be opened before, if that was so. */
  readonly refused: "link.absent" | "link.refused" | undefined;
  /** Between the end of the connection before and this one, milliseconds. */
  readonly gap: number;
};

export type Difference = CodedError<"trace.differs">;

/**
 * Plays a recorded device: says what the device said, when it said it, once the driver has sent what it had sent by then. A driver that
 * sends anything else is told so at its first other byte, and the line is hung up.
 */
export class TraceReplay {
  readonly #clock: Clock;
  readonly #redaction: Redaction;
  readonly #recorded: readonly Recorded[];
  readonly #channels: ReplayedChannel[] = [];
  readonly #differed = Promise.withResolvers<Difference>();
  #difference: Difference | undefined;
  #endedAt: number;
  #asked = false;

  constructor({ header, events }: Trace, { clock, redaction }: TraceReplayOptions) {
    this.#clock = clock;
    this.#redaction = header.content === "masked" ? redaction : SHOW_ALL;
    this.#recorded = connections(events);
    this.#endedAt = clock.monotonic();
  }

  /** Resolves with the first difference; never without one. */
  get differed(): Promise<Difference> {
    return this.#differed.promise;
  }

  /** Whether the driver has tried to open the device. */
  get asked(): boolean {
    return this.#asked;
  }

  /** Whether everything that the device said has been said. */
  get over(): boolean {
    const last = this.#channels.at(-1);
    return this.#channels.length === this.#recorded.length && (last === undefined || last.over);
  }

  /** To be asked when the driver has ended: also what it did not send is a difference. */
  end(): Result<void, Difference> {
    if (this.#difference !== undefined) return err(this.#difference);
    for (const [index, { events }] of this.#recorded.entries()) {
      const missing = this.#channels[index]?.missing ?? ReplayedChannel.bytesOf(events);
      if (missing > 0)
        return err(coded("trace.differs", `connection ${index + 1}: ${missing} recorded bytes were not sent`));
    }
    return ok();
  }

  readonly open: OpenChannel = async () => {
    this.#asked = true;
    const index = this.#channels.length;
    const next = this.#recorded[index];
    if (next === undefined || this.#difference !== undefined) return err(coded("link.absent", "the trace has ended"));
    if (next.refused !== undefined && this.#clock.monotonic() - this.#endedAt < next.gap)
      return err(coded(next.refused, "as recorded"));
    const channel = new ReplayedChannel({
      clock: this.#clock,
      mask: this.#redaction().out,
      events: next.events,
      differ: (detail) => this.#differ(`connection ${index + 1}, ${detail}`),
    });
    this.#channels.push(channel);
    void channel.closed.then(() => {
      this.#endedAt = this.#clock.monotonic();
    });
    return ok(channel);
  };

  #differ(detail: string): void {
    this.#difference ??= coded("trace.differs", detail);
    this.#differed.resolve(this.#difference);
  }
}

function connections(events: Trace["events"]): Recorded[] {
  const found: { events: Trace["events"][number][]; refused: Recorded["refused"]; gap: number }[] = [];
  let endedAt = 0;
  let refused: Recorded["refused"];
  for (const entry of events) {
    const { event }: { event: TraceEvent } = entry;
    if (event.event === "refused") refused ??= event.code;
    else if (event.event === "open") {
      found.push({ events: [entry], refused, gap: event.at - endedAt });
      refused = undefined;
    } else found.at(-1)?.events.push(entry);
    if (event.event === "closed") endedAt = event.at;
  }
  return found;
}
