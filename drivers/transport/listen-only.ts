import { spawnSync } from "node:child_process";
import { closeSync, constants, openSync } from "node:fs";
import { isatty, ReadStream } from "node:tty";
import type { Clock } from "../../base/clock.ts";
import { pause } from "../../base/deadline.ts";
import { coded } from "../../base/registry/coded-error.ts";
import { err, ok, type Result } from "../../base/result.ts";
import type { ByteChannel, ChannelError, OpenChannel } from "./byte-channel.ts";
import { identify, PRESENCE_INTERVAL, type SerialSettings } from "./serial.ts";

/** A line that does not take its settings at once is not one to listen to, milliseconds. */
const SETTINGS_WITHIN = 2_000;
/** `flock` ends so when another program has the lock; without the utility there is no lock. */
const HELD_BY_ANOTHER = 1;

/**
 * Opens a serial port to listen only, and loses nothing that the line received before or while it was opened. The serialport
 * package throws that away when it sets the speed, which is right on a kiosk (it belonged to nobody) and wrong on the command
 * line, where a technician starts the command and scans at once. Two readers of one line cannot mend that: each would get
 * some of the bytes.
 */
export function listenOnlyChannel(
  { path, baudRate }: Pick<SerialSettings, "path" | "baudRate">,
  clock: Clock,
): OpenChannel {
  return async () => {
    const refused = (cause: string) => err(coded("link.refused", `${path}: ${cause}`));
    const device = await identify(path);
    const opened = openLine(path);
    if (!opened.ok) return opened;
    const lock = opened.value;
    const giveUp = (cause: string) => {
      closeSync(lock);
      return refused(cause);
    };
    if (!isatty(lock)) return giveUp("not a serial line");
    // The lock belongs to the open file that the utility inherits, so it stays until we close it.
    const locked = spawnSync("flock", ["-n", "3"], { stdio: ["ignore", "ignore", "ignore", lock] });
    if (locked.status === HELD_BY_ANOTHER) return giveUp("another program holds it");
    // Without this a terminal line holds an unterminated code back and alters its terminator. No input is thrown away by it.
    const line = [String(baudRate), "raw", "-echo", "cs8", "-cstopb", "-parenb", "clocal"];
    const set = spawnSync("stty", ["-F", path, ...line], { encoding: "utf8", timeout: SETTINGS_WITHIN });
    if (set.status !== 0) return giveUp(set.stderr?.trim() || "it does not take its settings");
    const input = openLine(path);
    if (input.ok) {
      const channel = new ListeningChannel(new ReadStream(input.value), lock, path);
      void channel.watch(device, clock);
      return ok(channel);
    }
    closeSync(lock);
    return input;
  };
}

function openLine(path: string): Result<number, ChannelError> {
  try {
    return ok(openSync(path, constants.O_RDWR | constants.O_NOCTTY | constants.O_NONBLOCK));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return err(code === "ENOENT" ? coded("link.absent", path) : coded("link.refused", message));
  }
}

class ListeningChannel implements ByteChannel {
  readonly closed: Promise<string>;
  readonly #input: ReadStream;
  readonly #path: string;
  #cause = "closed";

  constructor(input: ReadStream, lock: number, path: string) {
    this.#input = input;
    this.#path = path;
    const { promise, resolve } = Promise.withResolvers<string>();
    this.closed = promise;
    input.on("end", () => (this.#cause = "the line was hung up"));
    input.on("error", (error) => (this.#cause = error.message));
    input.on("close", () => {
      closeSync(lock);
      resolve(this.#cause);
    });
  }

  /** Hangs up when another device, or none, stands at the path. Ends with the channel. */
  async watch(device: string | undefined, clock: Clock): Promise<void> {
    const ended = new AbortController();
    void this.closed.then(() => ended.abort());
    while (await pause(clock, PRESENCE_INTERVAL, ended.signal)) {
      if ((await identify(this.#path)) === device) continue;
      this.#cause = "the device file is gone";
      await this.close();
    }
  }

  /** Until then the operating system keeps what comes. */
  onBytes(listener: (bytes: Uint8Array) => void): void {
    this.#input.on("data", listener);
  }

  write(): Promise<Result<void, ChannelError>> {
    return Promise.resolve(err(coded("link.write-failed", `${this.#path} is open to listen only`)));
  }

  async close(): Promise<void> {
    this.#input.destroy();
    await this.closed;
  }
}
