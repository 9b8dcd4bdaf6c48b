import type { KeypadKey } from "./interface.ts";
import type { KeyUsage, ReportForm } from "./reports.ts";

/** What one key of the device means. `jack`: down for as long as headphones are in; `jack-in`, `jack-out`: pressed once at the event. */
export type KeyMeaning = KeypadKey | "jack" | "jack-in" | "jack-out";

export type KeyTable = readonly (KeyUsage & { readonly means: KeyMeaning })[];

export type RepeatRules = {
  /** Which keys repeat while they are held. */
  readonly keys: readonly KeypadKey[];
  /** From the key's going down to its first repetition, milliseconds. */
  readonly after: number;
  /** Between two repetitions, milliseconds. */
  readonly every: number;
};

export type KeypadProfile = {
  readonly forms: readonly ReportForm[];
  readonly keys: KeyTable;
  readonly repeat: RepeatRules;
  /** A key that is down for longer is taken for stuck, milliseconds; somebody with unsteady hands holds a key long. */
  readonly stuckAfter: number;
};

/** Repeating keys only move or adjust; what chooses or leaves never repeats. Slow, for people who let go late. */
const REPEAT: RepeatRules = {
  keys: ["up", "down", "left", "right", "volume-up", "volume-down"],
  after: 700,
  every: 250,
};
const STUCK_AFTER = 60_000;

/** Usages of the HID Usage Tables, pages 07 (keyboard) and 0C (consumer). */
const keyboard = (usage: number, means: KeyMeaning) => ({ page: "keyboard", usage, means }) as const;
const consumer = (usage: number, means: KeyMeaning) => ({ page: "consumer", usage, means }) as const;

const ARROWS: KeyTable = [
  keyboard(0x52, "up"),
  keyboard(0x51, "down"),
  keyboard(0x50, "left"),
  keyboard(0x4f, "right"),
  keyboard(0x28, "select"),
  keyboard(0x29, "back"),
  keyboard(0x3a, "help"),
];
const VOLUME: KeyTable = [consumer(0xe9, "volume-up"), consumer(0xea, "volume-down")];

/**
 * Models by the name that configuration gives; a `keys` table of the configuration takes the place of the model's own, since every such
 * keypad can be set to other codes.
 */
export const KEYPAD_MODELS = {
  /** Any keypad that sends a keyboard's arrows: a boot keyboard without report ids. */
  generic: {
    forms: [{ form: "keyboard" }],
    keys: [...ARROWS, keyboard(0x80, "volume-up"), keyboard(0x81, "volume-down")],
    ...{ repeat: REPEAT, stuckAfter: STUCK_AFTER },
  },
  /** A keypad that sends both on one interface and numbers its reports: 1 are a keyboard's, 2 are multimedia keys. */
  "generic-numbered": {
    forms: [
      { form: "keyboard", id: 1 },
      { form: "consumer", id: 2 },
    ],
    keys: [...ARROWS, ...VOLUME],
    ...{ repeat: REPEAT, stuckAfter: STUCK_AFTER },
  },
  /** A keypad, or one of its interfaces, that sends multimedia keys only. */
  "generic-consumer": {
    forms: [{ form: "consumer" }],
    keys: VOLUME,
    ...{ repeat: REPEAT, stuckAfter: STUCK_AFTER },
  },
  /**
   * Storm AudioNav and EZ-Key: a boot keyboard beside multimedia keys. Their code table can be changed, and what the maker publishes of
   * it (the topmost key sends F23, 72) does not say which key means what: the table comes from the configuration.
   */
  storm: { forms: [{ form: "keyboard" }], keys: [], ...{ repeat: REPEAT, stuckAfter: STUCK_AFTER } },
} as const satisfies { readonly [model: string]: KeypadProfile };
