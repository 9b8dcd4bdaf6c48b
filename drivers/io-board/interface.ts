import type { Observable } from "../../base/observable.ts";
import type { Outcome } from "../../base/outcome.ts";
import type { CommandOptions, Device } from "../device.ts";

/*
 * Words after XFS4IoT: its Lights interface (flash rate, colour) and its Auxiliaries interface (doors, proximity sensor, tamper sensor).
 */

export const FLASH_RATES = ["off", "slow", "medium", "quick", "continuous"] as const;
export type FlashRate = (typeof FLASH_RATES)[number];
export const LIGHT_COLOURS = ["red", "green", "yellow", "blue", "cyan", "magenta", "white"] as const;
export type LightColour = (typeof LIGHT_COLOURS)[number];

export type LightIntent = {
  readonly flash: FlashRate;
  /** May be left out for a light that has only one, and for `off`. */
  readonly colour?: LightColour;
};

/** What an input means when its contact says yes and no. `unknown` while the board is away or the contact has not settled. */
export const INPUT_WORDS = {
  door: { yes: "open", no: "closed" },
  proximity: { yes: "present", no: "not-present" },
  tamper: { yes: "tampered", no: "untouched" },
  switch: { yes: "on", no: "off" },
} as const;
export type InputKind = keyof typeof INPUT_WORDS;
export type InputState = (typeof INPUT_WORDS)[InputKind]["yes" | "no"] | "unknown";

export type IoBoardCapabilities = {
  readonly inputs: readonly { readonly name: string; readonly kind: InputKind }[];
  readonly lights: readonly { readonly name: string; readonly colours: readonly LightColour[] }[];
  readonly relays: readonly string[];
};

/** What the outputs were last set to; a board that was away has them all in their safe state. */
export type OutputStates = {
  readonly lights: { readonly [name: string]: LightIntent };
  readonly relays: { readonly [name: string]: boolean };
};

/**
 * `not-answering`, `garbled` (line speed, another master), `refused` (the wiring names what the board does not have); `door-open` and
 * `tampered` are what its inputs say of the kiosk.
 */
export type IoBoardConditionCode = "not-answering" | "garbled" | "refused" | "door-open" | "tampered";

/** Named inputs and outputs of a kiosk's housing. */
export interface IoBoard extends Device {
  readonly capabilities: IoBoardCapabilities;
  /** Settled states of the inputs by name. */
  readonly inputs: Observable<{ readonly [name: string]: InputState }>;
  readonly outputs: Observable<OutputStates>;
  /** Sets a light. `ok`: the board has confirmed; a flashing light goes on flashing until it is set anew. */
  light(name: string, intent: LightIntent, options?: CommandOptions): Promise<Outcome<void>>;
  /** Switches a relay. `unknown`: it was told to, and could not be asked whether it did. */
  relay(name: string, on: boolean, options?: CommandOptions): Promise<Outcome<void>>;
}
