import type { Clock } from "../../base/clock.ts";
import { withDeadline } from "../../base/deadline.ts";
import { coded } from "../../base/registry/coded-error.ts";
import { err, ok, type Result } from "../../base/result.ts";
import { encodeReportFrame, type ReportFrame, ReportFrames } from "../framing/report-frames.ts";
import type { ByteChannel, ChannelError, OpenChannel } from "./byte-channel.ts";
import { Inbox } from "./inbox.ts";
import type { OpenReports, ReportChannel } from "./report-channel.ts";

/** A device that is there says at once that it is. Milliseconds. */
const HELLO_WITHIN = 5_000;
/** Reports that are kept until there is a consumer; a device that sends more before anybody listens is hung up on. */
const MAX_EARLY = 256;

/** A HID device whose reports come on a stream of bytes: one that another process plays, or a replayed one. */
export function framedReports(open: OpenChannel, clock: Clock): OpenReports {
  return async (signal) => {
    const opened = await open(signal);
    if (!opened.ok) return opened;
    const reports = new FramedReports(opened.value);
    const greeted = await withDeadline(clock, HELLO_WITHIN, signal, "a device's first word", () => reports.opened);
    if (!greeted.ok) await reports.close();
    return greeted;
  };
}

/** The other way: a HID device as a stream of bytes, as `framedReports` reads it. */
export function reportBytes(open: OpenReports): OpenChannel {
  return async (signal) => {
    const opened = await open(signal);
    return opened.ok ? ok(new ReportBytes(opened.value)) : opened;
  };
}

class FramedReports implements ReportChannel {
  readonly closed: Promise<string>;
  /** Resolves when the device has said that it is there, or has gone. */
  readonly opened: Promise<Result<ReportChannel, ChannelError>>;
  usagePage?: number;
  readonly #channel: ByteChannel;
  readonly #frames = new ReportFrames();
  readonly #greet: (result: Result<ReportChannel, ChannelError>) => void;
  readonly #inbox = new Inbox<Uint8Array>(MAX_EARLY, () => void this.close());

  constructor(channel: ByteChannel) {
    this.#channel = channel;
    this.closed = channel.closed;
    const { promise, resolve } = Promise.withResolvers<Result<ReportChannel, ChannelError>>();
    this.opened = promise;
    this.#greet = resolve;
    void channel.closed.then((cause) => resolve(err(coded("link.absent", cause))));
    channel.onBytes((bytes) => this.#receive(bytes));
  }

  onReport(listener: (report: Uint8Array) => void): void {
    this.#inbox.consume(listener);
  }

  write(report: Uint8Array): Promise<Result<void, ChannelError>> {
    return this.#channel.write(encodeReportFrame({ type: "output", report }));
  }

  sendFeature(report: Uint8Array): Promise<Result<void, ChannelError>> {
    return this.#channel.write(encodeReportFrame({ type: "feature", report }));
  }

  close(): Promise<void> {
    return this.#channel.close();
  }

  #receive(bytes: Uint8Array): void {
    for (const frame of this.#frames.push(bytes)) this.#take(frame);
    if (this.#frames.broken) void this.close();
  }

  #take({ type, report }: ReportFrame): void {
    if (type === "input") this.#inbox.take(report);
    else if (type === "hello") {
      const page = ((report[0] ?? 0) << 8) | (report[1] ?? 0);
      if (page !== 0) this.usagePage = page;
      this.#greet(ok(this));
    }
  }
}

class ReportBytes implements ByteChannel {
  readonly closed: Promise<string>;
  readonly #reports: ReportChannel;
  readonly #frames = new ReportFrames();

  constructor(reports: ReportChannel) {
    this.#reports = reports;
    this.closed = reports.closed;
  }

  onBytes(listener: (bytes: Uint8Array) => void): void {
    const page = this.#reports.usagePage ?? 0;
    listener(encodeReportFrame({ type: "hello", report: Uint8Array.of(page >> 8, page & 0xff) }));
    this.#reports.onReport((report) => listener(encodeReportFrame({ type: "input", report })));
  }

  async write(bytes: Uint8Array): Promise<Result<void, ChannelError>> {
    for (const { type, report } of this.#frames.push(bytes)) {
      const sent = type === "feature" ? await this.#reports.sendFeature(report) : await this.#reports.write(report);
      if (!sent.ok) return sent;
    }
    return ok();
  }

  close(): Promise<void> {
    return this.#reports.close();
  }
}
