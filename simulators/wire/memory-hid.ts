import { coded } from "../../base/registry/coded-error.ts";
import { err, ok } from "../../base/result.ts";
import type { OpenReports, ReportChannel } from "../../drivers/transport/report-channel.ts";
import type { HidWire } from "./socket-hid.ts";

export type ReceivedReport = { readonly type: "output" | "feature"; readonly report: Uint8Array };

/** A HID device in memory, seen from the device: it sends input reports and receives the others. */
export class MemoryHid implements HidWire {
  /** What the driver has sent, oldest first. */
  readonly received: ReceivedReport[] = [];
  readonly #usagePage: number | undefined;
  #plugged = true;
  #channel: MemoryReports | undefined;

  constructor({ usagePage }: { readonly usagePage?: number }) {
    this.#usagePage = usagePage;
  }

  get plugged(): boolean {
    return this.#plugged;
  }

  plug(): void {
    this.#plugged = true;
  }

  unplug(): void {
    this.#plugged = false;
    this.#channel?.hangUp("unplugged");
    this.#channel = undefined;
  }

  /** Lost when nobody has the device open, as with a real one. */
  send(report: Uint8Array): void {
    this.#channel?.receive(report.slice());
  }

  /** The driver's end. */
  readonly open: OpenReports = async () => {
    if (!this.#plugged) return err(coded("link.absent", "memory"));
    const channel = new MemoryReports(this.#usagePage, (received) => this.received.push(received));
    this.#channel = channel;
    return ok(channel);
  };
}

class MemoryReports implements ReportChannel {
  readonly closed: Promise<string>;
  readonly usagePage?: number;
  readonly #resolve: (cause: string) => void;
  readonly #take: (received: ReceivedReport) => void;
  #ended = false;
  #listener: (report: Uint8Array) => void = () => {};

  constructor(usagePage: number | undefined, take: (received: ReceivedReport) => void) {
    if (usagePage !== undefined) this.usagePage = usagePage;
    this.#take = take;
    const { promise, resolve } = Promise.withResolvers<string>();
    this.closed = promise;
    this.#resolve = resolve;
  }

  onReport(listener: (report: Uint8Array) => void): void {
    this.#listener = listener;
  }

  receive(report: Uint8Array): void {
    if (!this.#ended) this.#listener(report);
  }

  write(report: Uint8Array) {
    return this.#send("output", report);
  }

  sendFeature(report: Uint8Array) {
    return this.#send("feature", report);
  }

  async #send(type: ReceivedReport["type"], report: Uint8Array) {
    if (this.#ended) return err(coded("link.lost", "memory"));
    this.#take({ type, report: report.slice() });
    return ok();
  }

  hangUp(cause: string): void {
    this.#ended = true;
    this.#resolve(cause);
  }

  async close(): Promise<void> {
    this.hangUp("closed");
  }
}
