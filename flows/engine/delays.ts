/**
 * How long a journey waits for its ports, milliseconds. The ports have tighter deadlines of their own; these are the
 * second net, so that no defect below can leave a citizen before a screen that never changes.
 */
export const DELAYS = {
  /** A card on the reader. A citizen who does nothing is asked by the session long before. */
  scan: 5 * 60_000,
  /** A card on the chip card reader, the waiting for it included. */
  tap: 8 * 60_000,
  /** From the moment that it lies there. */
  chipReading: 2 * 60_000,
  lookUp: 60_000,
  submit: 90_000,
  /** The terminal's own dialogue (card, PIN, instalments) and the resolution of a doubt. */
  charge: 6 * 60_000,
  refund: 3 * 60_000,
  print: 3 * 60_000,
  incident: 15_000,
  settle: 15_000,
} as const;
