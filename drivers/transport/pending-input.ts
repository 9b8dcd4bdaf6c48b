import { spawnSync } from "node:child_process";
import { closeSync, constants, fstatSync, openSync, readFileSync, readSync } from "node:fs";
import { isatty } from "node:tty";
import { concat } from "../../base/bytes/bytes.ts";
import type { Clock } from "../../base/clock.ts";
import { ok } from "../../base/result.ts";
import type { ByteChannel, OpenChannel } from "./byte-channel.ts";
import { type SerialSettings, serialChannel } from "./serial.ts";

/** The package's open takes a few milliseconds; a line that is slower to open has nothing pending that is worth a busy processor. */
const WATCH_FOR = 500;

/**
 * Opens a serial port like `serialChannel`, but keeps what the line received before and while it was opened. The serialport
 * package throws that away when it sets the speed, which is right on a kiosk (it belonged to nobody) and wrong on the command
 * line, where a technician starts the command and scans at once.
 */
export function serialChannelKeepingInput(settings: SerialSettings, clock: Clock): OpenChannel {
  const open = serialChannel(settings, clock);
  return async (signal) => {
    const input = watchInput(settings, clock);
    const opened = await open(signal);
    const early = input?.end() ?? new Uint8Array();
    return opened.ok && early.length > 0 ? ok(withEarlyBytes(opened.value, early)) : opened;
  };
}

function withEarlyBytes(channel: ByteChannel, early: Uint8Array): ByteChannel {
  return {
    write: (bytes) => channel.write(bytes),
    onBytes: (listener) => {
      listener(early);
      channel.onBytes(listener);
    },
    closed: channel.closed,
    close: () => channel.close(),
  };
}

/** Reads the line from now on, until `end` hands over what has come; `undefined` where there is no free line to read. */
function watchInput(settings: SerialSettings, clock: Clock): { end: () => Uint8Array } | undefined {
  const descriptor = openLine(settings.path);
  if (descriptor === undefined) return undefined;
  const parts: Uint8Array[] = [];
  const until = clock.monotonic() + WATCH_FOR;
  let ended = false;
  const step = () => {
    if (ended) return;
    parts.push(readAll(descriptor));
    if (clock.monotonic() < until) setImmediate(step);
  };
  // Without this a terminal line holds an unterminated code back and alters its terminator. No input is thrown away by it.
  // By name: a child process would switch a descriptor that it inherits to blocking reads, for us as well.
  spawnSync("stty", ["-F", settings.path, String(settings.baudRate), "raw", "-echo"], { stdio: "ignore" });
  step();
  return {
    end: () => {
      ended = true;
      closeSync(descriptor);
      return concat(parts);
    },
  };
}

function openLine(path: string): number | undefined {
  try {
    const descriptor = openSync(path, constants.O_RDWR | constants.O_NOCTTY | constants.O_NONBLOCK);
    if (isatty(descriptor) && !isLocked(descriptor)) return descriptor;
    closeSync(descriptor);
  } catch {
    // Absent or forbidden: the real open says so, with its cause.
  }
  return undefined;
}

/** Whether a program holds the line by `flock`, as the serialport package does: its input and settings are not ours. */
function isLocked(descriptor: number): boolean {
  const { dev, ino } = fstatSync(descriptor);
  const [major, minor] = [(dev >> 8) & 0xfff, (dev & 0xff) | ((dev >> 12) & 0xfff00)];
  const file = [major, minor].map((part) => part.toString(16).padStart(2, "0")).join(":");
  return readFileSync("/proc/locks", "utf8").includes(` ${file}:${ino} `);
}

function readAll(descriptor: number): Uint8Array {
  const parts: Uint8Array[] = [];
  const buffer = new Uint8Array(4_096);
  try {
    for (let length = readSync(descriptor, buffer); length > 0; length = readSync(descriptor, buffer))
      parts.push(buffer.slice(0, length));
  } catch {
    // Nothing more for now.
  }
  return concat(parts);
}
