import { KEYPAD_MODELS, type KeypadProfile } from "../../drivers/keypad/models.ts";

/**
 * The keypad that the simulator plays: two kinds of report told apart by their ids, and a socket for headphones. Its codes are made up
 * for it, from F13 (68) on, where no keyboard has keys.
 */
export const SIMULATED_KEYPAD: KeypadProfile = {
  ...KEYPAD_MODELS.generic,
  forms: [
    { form: "keyboard", id: 1 },
    { form: "consumer", id: 2 },
  ],
  keys: [
    { page: "keyboard", usage: 0x68, means: "up" },
    { page: "keyboard", usage: 0x69, means: "down" },
    { page: "keyboard", usage: 0x6a, means: "left" },
    { page: "keyboard", usage: 0x6b, means: "right" },
    { page: "keyboard", usage: 0x6c, means: "select" },
    { page: "keyboard", usage: 0x6d, means: "back" },
    { page: "keyboard", usage: 0x6e, means: "help" },
    { page: "keyboard", usage: 0x6f, means: "jack-in" },
    { page: "keyboard", usage: 0x70, means: "jack-out" },
    { page: "consumer", usage: 0xe9, means: "volume-up" },
    { page: "consumer", usage: 0xea, means: "volume-down" },
  ],
};
