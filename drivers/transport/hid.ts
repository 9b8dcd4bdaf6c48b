import { stat } from "node:fs/promises";
import { HIDAsync } from "node-hid";
import type { Clock } from "../../base/clock.ts";
import { pause, withDeadline } from "../../base/deadline.ts";
import { coded } from "../../base/registry/coded-error.ts";
import { err, ok, type Result } from "../../base/result.ts";
import type { ChannelError } from "./byte-channel.ts";
import { socketReports } from "./hid-socket.ts";
import { Inbox } from "./inbox.ts";
import type { OpenReports, ReportChannel } from "./report-channel.ts";
import { identify, PRESENCE_INTERVAL } from "./serial.ts";

/** What this transport uses of an open device of node-hid; tests give their own. */
export interface HidDevice {
  on(event: "data", listener: (report: Uint8Array) => void): unknown;
  on(event: "error", listener: (error: unknown) => void): unknown;
  removeAllListeners(): unknown;
  /** @returns the bytes that were sent, negative when they were not. */
  write(report: number[]): Promise<number>;
  sendFeatureReport(report: number[]): Promise<number>;
  getDeviceInfo(): Promise<{ readonly usagePage?: number | undefined }>;
  close(): Promise<void>;
}

const OPEN_WITHIN = 5_000;
/** A control transfer takes milliseconds; a device that takes longer hangs. */
const WRITE_WITHIN = 2_000;
/** Reports that are kept until there is a consumer. A device that sends more before anybody listens is hung up on. */
const MAX_EARLY = 256;

/**
 * Opens one HID device by the path that configuration gives, e.g. `/dev/hidraw3` or a link of udev's. Never by vendor and product: two
 * devices, or two interfaces of one, can share them. A path that is a Unix socket is a device that another process plays.
 *
 * @param open node-hid's own unless a test gives another.
 */
export function hidReports(
  { path }: { readonly path: string },
  clock: Clock,
  open: (path: string) => Promise<HidDevice> = (file) => HIDAsync.open(file),
): OpenReports {
  return async (signal) => {
    const device = await identify(path);
    if (device === undefined) return err(coded("link.absent", path));
    if (await isSocket(path)) return await socketReports({ path }, clock)(signal);
    const opened = await withDeadline<HidReports, ChannelError>(clock, OPEN_WITHIN, signal, `open ${path}`, (inner) =>
      openDevice(path, clock, open, inner),
    );
    if (opened.ok) void opened.value.watch(device);
    return opened;
  };
}

function isSocket(path: string): Promise<boolean> {
  return stat(path).then(
    (file) => file.isSocket(),
    () => false,
  );
}

async function openDevice(
  path: string,
  clock: Clock,
  open: (path: string) => Promise<HidDevice>,
  given: AbortSignal,
): Promise<Result<HidReports, ChannelError>> {
  try {
    const hid = await open(path);
    // The wait for it may be over by now.
    if (given.aborted) {
      await hid.close();
      return err(coded("common.cancelled", path));
    }
    const usagePage = await hid.getDeviceInfo().then(
      (info) => info.usagePage,
      () => undefined,
    );
    return ok(new HidReports(hid, path, clock, usagePage));
  } catch (error) {
    return err(coded("link.refused", `${path}: ${messageOf(error)}`));
  }
}

class HidReports implements ReportChannel {
  readonly closed: Promise<string>;
  readonly usagePage?: number;
  readonly #hid: HidDevice;
  readonly #path: string;
  readonly #clock: Clock;
  readonly #resolve: (cause: string) => void;
  readonly #inbox = new Inbox<Uint8Array>(MAX_EARLY, () => void this.#hangUp("more reports than anybody asked for"));
  #ended = false;
  #closing: Promise<void> | undefined;

  constructor(hid: HidDevice, path: string, clock: Clock, usagePage: number | undefined) {
    this.#hid = hid;
    this.#path = path;
    this.#clock = clock;
    if (usagePage !== undefined && usagePage !== 0) this.usagePage = usagePage;
    const { promise, resolve } = Promise.withResolvers<string>();
    this.closed = promise;
    this.#resolve = resolve;
    hid.on("data", (report: Uint8Array) => this.#receive(Uint8Array.from(report)));
    // A device that is pulled out ends in an error of the read that is under way.
    hid.on("error", (error: unknown) => void this.#hangUp(messageOf(error)));
  }

  /** Hangs up when another device, or none, stands at the path. Ends with the channel. */
  async watch(device: string): Promise<void> {
    const ended = new AbortController();
    void this.closed.then(() => ended.abort());
    while (await pause(this.#clock, PRESENCE_INTERVAL, ended.signal)) {
      if ((await identify(this.#path)) !== device) await this.#hangUp("the device file is gone");
    }
  }

  onReport(listener: (report: Uint8Array) => void): void {
    this.#inbox.consume(listener);
  }

  #receive(report: Uint8Array): void {
    if (!this.#ended) this.#inbox.take(report);
  }

  write(report: Uint8Array): Promise<Result<void, ChannelError>> {
    return this.#send("output", report, () => this.#hid.write([...report]));
  }

  sendFeature(report: Uint8Array): Promise<Result<void, ChannelError>> {
    return this.#send("feature", report, () => this.#hid.sendFeatureReport([...report]));
  }

  async #send(name: string, report: Uint8Array, send: () => Promise<number>): Promise<Result<void, ChannelError>> {
    if (this.#ended) return err(coded("link.lost", this.#path));
    const what = `${name} report ${report[0] ?? 0} to ${this.#path}`;
    const sent = await withDeadline<void, ChannelError>(this.#clock, WRITE_WITHIN, undefined, what, async () => {
      try {
        const written = await send();
        return written < 0 ? err(coded("link.write-failed", what)) : ok();
      } catch (error) {
        return err(coded("link.write-failed", `${what}: ${messageOf(error)}`));
      }
    });
    if (!sent.ok) void this.#hangUp(sent.error.message);
    return sent;
  }

  async close(): Promise<void> {
    await this.#hangUp("closed");
  }

  #hangUp(cause: string): Promise<void> {
    this.#ended = true;
    this.#resolve(cause);
    this.#closing ??= this.#release();
    return this.#closing;
  }

  async #release(): Promise<void> {
    try {
      await this.#hid.close();
    } catch {
      // It went away before it could be closed: that is what closing was for.
    }
    this.#hid.removeAllListeners();
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
