import { concat, fromHex } from "../../../base/bytes/bytes.ts";
import type { Clock, Timer } from "../../../base/clock.ts";
import { pause } from "../../../base/deadline.ts";
import { coded } from "../../../base/registry/coded-error.ts";
import { err, ok, type Result } from "../../../base/result.ts";
import type { ByteChannel, ChannelError } from "../byte-channel.ts";
import type { Trace } from "./format.ts";
import type { Mask } from "./redaction.ts";

export type ReplayedChannelOptions = {
  readonly clock: Clock;
  /** For the driver's bytes, before they are compared. */
  readonly mask: Mask;
  /** Of this connection, the first is its `open`. */
  readonly events: Trace["events"];
  /** Called at the driver's first other byte. */
  readonly differ: (detail: string) => void;
};

type Step = {
  /** Milliseconds after the connection was opened. */
  readonly due: number;
  /** Bytes that the driver had sent by then: nothing is answered before it is asked. */
  readonly after: number;
  readonly run: () => void;
};

/** One recorded connection. Times are kept, and never before what the driver has to send first. */
export class ReplayedChannel implements ByteChannel {
  readonly closed: Promise<string>;
  readonly #options: ReplayedChannelOptions;
  readonly #hangUp: (cause: string) => void;
  readonly #openedAt: number;
  readonly #expected: Uint8Array;
  readonly #steps: readonly Step[];
  readonly #writes: ReadonlyMap<number, { readonly due: number; readonly failed: boolean }>;
  readonly #over = new AbortController();
  #listener: ((bytes: Uint8Array) => void) | undefined;
  #early: Uint8Array[] = [];
  #next = 0;
  #sent = 0;
  #begun = 0;
  #timer: Timer | undefined;

  constructor(options: ReplayedChannelOptions) {
    this.#options = options;
    this.#openedAt = options.clock.monotonic();
    const { promise, resolve } = Promise.withResolvers<string>();
    this.closed = promise;
    this.#hangUp = (cause) => {
      this.#over.abort();
      this.#timer?.cancel();
      resolve(cause);
    };
    this.#expected = outBytes(options.events);
    this.#writes = writesOf(options.events);
    this.#steps = this.#plan();
    this.#pump();
  }

  /** How many bytes a connection's driver sent. */
  static bytesOf(events: Trace["events"]): number {
    return outBytes(events).length;
  }

  /** Recorded bytes that the driver has not sent yet. */
  get missing(): number {
    return this.#expected.length - this.#sent;
  }

  /** Whether the device has nothing more to say. */
  get over(): boolean {
    return this.#over.signal.aborted || this.#next === this.#steps.length;
  }

  async write(bytes: Uint8Array): Promise<Result<void, ChannelError>> {
    if (this.#over.signal.aborted) return err(coded("link.lost", "the replayed connection has ended"));
    const write = this.#begun++;
    const masked = this.#options.mask(bytes);
    for (const [index, byte] of masked.entries()) {
      const recorded = this.#expected[this.#sent];
      if (recorded !== byte) return this.#differ(recorded, byte, write, index);
      this.#sent++;
    }
    this.#pump();
    const { due, failed } = this.#writes.get(write) ?? { due: 0, failed: false };
    const { clock } = this.#options;
    const wait = this.#openedAt + due - clock.monotonic();
    if (wait > 0 && !(await pause(clock, wait, this.#over.signal))) return err(coded("link.lost", "as recorded"));
    return failed ? err(coded("link.write-failed", "as recorded")) : ok();
  }

  onBytes(listener: (bytes: Uint8Array) => void): void {
    this.#listener = listener;
    const early = this.#early;
    this.#early = [];
    for (const bytes of early) listener(bytes);
  }

  async close(): Promise<void> {
    this.#hangUp("closed");
  }

  #differ(recorded: number | undefined, sent: number, write: number, index: number): Result<void, ChannelError> {
    const place = `write ${write + 1}, byte ${index + 1} (byte ${this.#sent + 1} of all that the driver sends)`;
    const cut = this.#options.events.at(-1)?.event.event === "full";
    const nothing = cut ? "the trace was full here" : "nothing more was recorded";
    const was = recorded === undefined ? nothing : `recorded ${hex(recorded)}`;
    const detail = `${place}: ${was}, sent ${hex(sent)}`;
    this.#options.differ(detail);
    this.#hangUp(detail);
    return err(coded("link.lost", detail));
  }

  /** What the device did, in order. */
  #plan(): Step[] {
    const steps: Step[] = [];
    const openedAt = this.#options.events[0]?.event.at ?? 0;
    let after = 0;
    for (const { event } of this.#options.events) {
      const add = (run: () => void) => steps.push({ due: event.at - openedAt, after, run });
      if (event.event === "out") after += event.hex.length / 2;
      else if (event.event === "in") {
        const bytes = fromHex(event.hex);
        add(() => this.#receive(bytes));
      } else if (event.event === "closed" && event.by === "device") add(() => this.#hangUp("as recorded"));
    }
    return steps;
  }

  /** Runs the steps that are due, and waits for the next that only time keeps back. */
  #pump(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    while (!this.#over.signal.aborted) {
      const step = this.#steps[this.#next];
      if (step === undefined || step.after > this.#sent) return;
      const wait = this.#openedAt + step.due - this.#options.clock.monotonic();
      if (wait > 0) {
        this.#timer = this.#options.clock.setTimeout(() => this.#pump(), wait);
        return;
      }
      this.#next++;
      step.run();
    }
  }

  #receive(bytes: Uint8Array): void {
    if (this.#listener === undefined) this.#early.push(bytes);
    else this.#listener(bytes);
  }
}

/** When the line had taken each write, milliseconds after the connection was opened. */
function writesOf(events: Trace["events"]): ReadonlyMap<number, { readonly due: number; readonly failed: boolean }> {
  const openedAt = events[0]?.event.at ?? 0;
  return new Map(
    events.flatMap(({ event }) =>
      event.event === "sent" ? [[event.write, { due: event.at - openedAt, failed: event.failed === true }]] : [],
    ),
  );
}

function outBytes(events: Trace["events"]): Uint8Array {
  return concat(events.flatMap(({ event }) => (event.event === "out" ? [fromHex(event.hex)] : [])));
}

function hex(byte: number): string {
  return byte.toString(16).padStart(2, "0");
}
