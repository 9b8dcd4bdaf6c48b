/** Rows of the on-screen keyboard, Spanish QWERTY. No row has more than ten keys: ten of 20 mm fit a 21.5" portrait screen. */
const LETTERS = ["qwertyuiop", "asdfghjklñ", "zxcvbnm"] as const;
const DIGITS = "1234567890";
const ACCENTS = "áéíóúü";

export type Layer = "letters" | "symbols" | "accents";

export const LAYERS: Readonly<Record<Layer, readonly string[]>> = {
  letters: [DIGITS, ...LETTERS],
  symbols: [DIGITS, "@.-_,;:/+=", "()'\"&#%"],
  accents: [ACCENTS, "¿?¡!ºª°"],
};

/** Endings that most addresses in Chile have. */
export const EMAIL_ENDINGS = ["@gmail.com", "@hotmail.com", "@outlook.com", ".cl"] as const;
