import { closeSync, constants, openSync, readSync } from "node:fs";
import { join } from "node:path";
import { pause } from "../../../base/deadline.ts";
import { systemClock } from "../../../base/node/system-clock.ts";
import { keypadGadget } from "./gadgets.ts";
import { type DeviceNames, LINKS } from "./names.ts";
import { HidWire } from "./wires.ts";

/** Usages of F13 to F24 (HID usage tables, page 07), to which keypads for the blind are set. */
const F13 = 0x68;
const F24 = 0x73;
/** Of the keyboard, its id included, bytes. */
const REPORT = 9;
const NODES_WITHIN = 10_000;
const KEYS_WITHIN = 2_000;
/** struct input_event on 64 bits: two words of time, type, code, value. */
const EVENT = { length: 24, type: 16, code: 18, value: 20, key: 1 } as const;

export type KeypadSeen = {
  /** `/dev/hidraw*`: as the device sent them, hexadecimal. */
  readonly reports: readonly string[];
  /** `/dev/input/event*`: codes of linux/input-event-codes.h that went down. */
  readonly keys: readonly number[];
};

/** Presses F13 to F24 one after the other on a keyboard that is a gadget, and tells what arrives where a program may read. */
export async function pressKeys(names: DeviceNames): Promise<KeypadSeen> {
  const wire = new HidWire(keypadGadget());
  wire.plug();
  const end = systemClock.monotonic() + NODES_WITHIN;
  while (names.enumeratedAt("keypad-keys") === undefined || names.enumeratedAt("keypad") === undefined) {
    if (systemClock.monotonic() > end) throw new Error("the keypad was not enumerated");
    await pause(systemClock, 10);
  }
  const raw = open("keypad");
  const input = open("keypad-keys");
  const seen = { reports: [] as string[], keys: [] as number[] };
  const look = () => {
    for (const bytes of pieces(raw, REPORT)) seen.reports.push(bytes.toString("hex"));
    for (const bytes of pieces(input, EVENT.length))
      if (bytes.readUInt16LE(EVENT.type) === EVENT.key && bytes.readInt32LE(EVENT.value) === 1)
        seen.keys.push(bytes.readUInt16LE(EVENT.code));
  };
  for (let usage = F13; usage <= F24; usage++) {
    for (const key of [usage, 0]) await wire.write(Uint8Array.of(1, 0, 0, key, 0, 0, 0, 0, 0));
    // The kernel keeps few events for a reader that does not come.
    look();
  }
  const late = systemClock.monotonic() + KEYS_WITHIN;
  while (seen.keys.length <= F24 - F13 && systemClock.monotonic() < late) {
    await pause(systemClock, 10);
    look();
  }
  closeSync(raw);
  closeSync(input);
  wire.unplug();
  await wire.settled();
  return seen;
}

function open(name: string): number {
  return openSync(join(LINKS, name), constants.O_RDONLY | constants.O_NONBLOCK);
}

/** What there is to read now, cut into its units. */
function pieces(file: number, length: number): Buffer[] {
  const found: Buffer[] = [];
  const buffer = Buffer.alloc(length);
  try {
    while (readSync(file, buffer) === length) found.push(Buffer.from(buffer));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EAGAIN") throw error;
  }
  return found;
}
