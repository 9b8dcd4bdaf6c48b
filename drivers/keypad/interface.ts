import type { Observable, Unsubscribe } from "../../base/observable.ts";
import type { Device } from "../device.ts";

/** What the keys of an accessible keypad mean, whatever is printed on them. */
export const KEYPAD_KEYS = [
  "up",
  "down",
  "left",
  "right",
  "select",
  "back",
  "help",
  "volume-up",
  "volume-down",
] as const;
export type KeypadKey = (typeof KEYPAD_KEYS)[number];

/**
 * `up` with `lost`: nobody let the key go; the keypad went away, or the key is taken for stuck. Nothing may be begun by it.
 */
export type KeypadEvent =
  | { readonly event: "down" | "repeat"; readonly key: KeypadKey }
  | { readonly event: "up"; readonly key: KeypadKey; readonly lost: boolean }
  | { readonly event: "headphones"; readonly inserted: boolean }
  /** A key that is in no table: for whoever writes the table. */
  | { readonly event: "unnamed"; readonly page: "keyboard" | "consumer"; readonly usage: number };

export type KeypadCapabilities = {
  readonly keys: readonly KeypadKey[];
  /** Whether the keypad tells that headphones are put in. */
  readonly jack: boolean;
};

/**
 * `not-answering`: the keypad is not on its port. `key-stuck`: a key is held down for longer than a hand does. `garbled`: what comes from
 * the device are no keys; ends with the next key.
 */
export type KeypadConditionCode = "not-answering" | "key-stuck" | "garbled";

/** A keypad for people who do not see or reach the screen, with a socket for headphones. */
export interface Keypad extends Device {
  readonly capabilities: KeypadCapabilities;
  /** Whether headphones are in; `undefined` until the keypad has told, and again while it is away. */
  readonly headphones: Observable<boolean | undefined>;
  /** Tells everything that happens from now on, in order. Nothing is kept for later: a key belongs to the moment. */
  subscribe(listener: (event: KeypadEvent) => void): Unsubscribe;
}
