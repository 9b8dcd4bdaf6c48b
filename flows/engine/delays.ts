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
  /** A finger on the reader, the waiting for it and its comparison included. */
  finger: 8 * 60_000,
  /** From the moment that it was read. */
  comparing: 60_000,
  /** A login on the phone, a second factor by e-mail included. */
  phone: 15 * 60_000,
  /** Until there is something to show for the phone. */
  phoneBegins: 45_000,
  /** A page on the document scanner, the waiting for the paper included. */
  paper: 8 * 60_000,
  /** From the moment that the scanner has it. */
  scanning: 90_000,
  lookUp: 60_000,
  submit: 90_000,
  /** The terminal's own dialogue (card, PIN, instalments) and the resolution of a doubt. */
  charge: 6 * 60_000,
  refund: 3 * 60_000,
  print: 3 * 60_000,
  incident: 15_000,
  /** A person who was called to the kiosk. */
  help: 5 * 60_000,
  /** Between two questions whether they come. */
  helpPause: 5_000,
  settle: 15_000,
} as const;
