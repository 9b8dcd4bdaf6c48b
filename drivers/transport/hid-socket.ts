import { connect, type Socket } from "node:net";
import type { Clock } from "../../base/clock.ts";
import { withDeadline } from "../../base/deadline.ts";
import { coded } from "../../base/registry/coded-error.ts";
import { err, ok, type Result } from "../../base/result.ts";
import { encodeReportFrame, type ReportFrame, ReportFrames } from "../framing/report-frames.ts";
import type { ChannelError } from "./byte-channel.ts";
import type { OpenReports, ReportChannel } from "./report-channel.ts";

const OPEN_WITHIN = 5_000;
const WRITE_WITHIN = 2_000;
/** As `hid.ts`: reports that are kept until there is a consumer. */
const MAX_EARLY = 256;

/** Opens a HID device that another process plays on a Unix socket: a simulated or a replayed one. */
export function socketReports({ path }: { readonly path: string }, clock: Clock): OpenReports {
  return async (signal) => {
    const socket = connect({ path });
    const channel = new SocketReports(socket, path, clock);
    const opened = await withDeadline(clock, OPEN_WITHIN, signal, `open ${path}`, () => channel.opened);
    if (!opened.ok) await channel.close();
    return opened;
  };
}

class SocketReports implements ReportChannel {
  readonly closed: Promise<string>;
  readonly opened: Promise<Result<ReportChannel, ChannelError>>;
  usagePage?: number;
  readonly #socket: Socket;
  readonly #path: string;
  readonly #clock: Clock;
  readonly #frames = new ReportFrames();
  readonly #greet: (result: Result<ReportChannel, ChannelError>) => void;
  #listener: ((report: Uint8Array) => void) | undefined;
  #early: Uint8Array[] = [];
  #cause = "closed";

  constructor(socket: Socket, path: string, clock: Clock) {
    this.#socket = socket;
    this.#path = path;
    this.#clock = clock;
    const { promise: closed, resolve: close } = Promise.withResolvers<string>();
    const { promise: opened, resolve: greet } = Promise.withResolvers<Result<ReportChannel, ChannelError>>();
    this.closed = closed;
    this.opened = opened;
    this.#greet = greet;
    socket.on("data", (bytes) => this.#receive(bytes));
    socket.on("end", () => {
      this.#cause = "unplugged";
    });
    socket.on("error", (error) => {
      this.#cause = error.message;
    });
    socket.on("close", () => {
      greet(err(coded("link.absent", `${path}: ${this.#cause}`)));
      close(this.#cause);
    });
  }

  #receive(bytes: Uint8Array): void {
    for (const frame of this.#frames.push(bytes)) this.#take(frame);
    if (this.#frames.broken) this.#socket.destroy(new Error("what came are no reports"));
  }

  #take({ type, report }: ReportFrame): void {
    if (type === "hello") {
      const page = ((report[0] ?? 0) << 8) | (report[1] ?? 0);
      if (page !== 0) this.usagePage = page;
      this.#greet(ok(this));
    } else if (type === "input") {
      if (this.#listener !== undefined) this.#listener(report);
      else if (this.#early.push(report) > MAX_EARLY)
        this.#socket.destroy(new Error("more reports than anybody asked for"));
    }
  }

  onReport(listener: (report: Uint8Array) => void): void {
    this.#listener = listener;
    const early = this.#early;
    this.#early = [];
    for (const report of early) listener(report);
  }

  write(report: Uint8Array): Promise<Result<void, ChannelError>> {
    return this.#send({ type: "output", report });
  }

  sendFeature(report: Uint8Array): Promise<Result<void, ChannelError>> {
    return this.#send({ type: "feature", report });
  }

  #send(frame: ReportFrame): Promise<Result<void, ChannelError>> {
    if (this.#socket.destroyed) return Promise.resolve(err(coded("link.lost", this.#path)));
    return withDeadline<void, ChannelError>(this.#clock, WRITE_WITHIN, undefined, `write to ${this.#path}`, () => {
      const { promise, resolve } = Promise.withResolvers<Result<void, ChannelError>>();
      this.#socket.write(encodeReportFrame(frame), (error) =>
        resolve(error ? err(coded("link.write-failed", `${this.#path}: ${error.message}`)) : ok()),
      );
      return promise;
    });
  }

  async close(): Promise<void> {
    this.#socket.destroy();
    await this.closed;
  }
}
