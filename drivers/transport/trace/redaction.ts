/**
 * What of the bytes goes into a trace. A mask is given the bytes of one direction in order, in pieces of any size, and returns as many:
 * framing stays as it was, so that a masked trace can be read and replayed like any other. It shows what it knows to be harmless
 * and hides the rest.
 */
export type Mask = (bytes: Uint8Array) => Uint8Array;

/** The masks of one connection, in their first state. One rule a device kind. */
export type Redaction = () => { readonly out: Mask; readonly in: Mask };

const show: Mask = (bytes) => bytes;

/** For kinds whose bytes never tell of a person. */
export const SHOW_ALL: Redaction = () => ({ out: show, in: show });

/** For kinds that have said nothing: only how many bytes there were. */
export const HIDE_ALL: Redaction = () => {
  const hide: Mask = (bytes) => new Uint8Array(bytes.length);
  return { out: hide, in: hide };
};

/**
 * A mask written as a conversation: the generator is given a byte, yields what is shown for it, and is given the next. What it yields
 * first is for nobody.
 */
export function byteMask(make: () => Generator<number, never, number>): Mask {
  const generator = make();
  generator.next();
  return (bytes) => bytes.map((byte) => generator.next(byte).value);
}

const HIGH = 0xa0;

/** Letters and digits of text by another of their class, so that lengths and shapes stay; blanks, punctuation and controls stay. */
export function hideText(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return 0x30;
  if (byte >= 0x41 && byte <= 0x5a) return 0x58;
  if (byte >= 0x61 && byte <= 0x7a) return 0x78;
  return byte < 0x80 ? byte : HIGH;
}
