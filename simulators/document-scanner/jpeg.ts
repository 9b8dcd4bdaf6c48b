/** A picture of squares of eight by eight pixels, each of one shade. */
export type Squares = {
  /** Pixels. */
  readonly width: number;
  readonly height: number;
  readonly dotsPerInch: number;
  /** Three components instead of one; the squares are grey all the same. */
  readonly colour: boolean;
  /** Shade of the square in this column and row, 0 (black) to 255. */
  readonly shade: (column: number, row: number) => number;
};

/** The quantisation that makes the coefficient of a whole square its shade (ITU-T T.81, A.3.3 and A.3.4). */
const STEP = 8;
/** How many codes there are of each length, 1 to 16 bits, and what they stand for (B.2.4.2): lengths of a difference, table K.3. */
const DIFFERENCES = [0, 1, 5, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0];
/** And the one that says that nothing more differs within a square. */
const END_OF_SQUARE = [1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];

/** A baseline JPEG file in JFIF (ITU-T T.81, annexes B, F and K): every reader of pictures shows it. */
export function writeJpeg(picture: Squares): Uint8Array {
  const { width, height, dotsPerInch, colour } = picture;
  const components = colour ? [1, 2, 3] : [1];
  const two = (value: number) => [value >> 8, value & 0xff];
  const segment = (code: number, body: readonly number[]) => [0xff, code, ...two(body.length + 2), ...body];
  const head = [
    ...[0xff, 0xd8],
    ...segment(0xe0, [0x4a, 0x46, 0x49, 0x46, 0, 1, 2, 1, ...two(dotsPerInch), ...two(dotsPerInch), 0, 0]),
    ...segment(0xdb, [0, ...Array.from({ length: 64 }, () => STEP)]),
    ...segment(0xc0, [
      8,
      ...two(height),
      ...two(width),
      components.length,
      ...components.flatMap((id) => [id, 0x11, 0]),
    ]),
    ...segment(0xc4, [0x00, ...DIFFERENCES, ...DIFFERENCES.flatMap((_, at) => (at < 12 ? [at] : []))]),
    ...segment(0xc4, [0x10, ...END_OF_SQUARE, 0]),
    ...segment(0xda, [components.length, ...components.flatMap((id) => [id, 0]), 0, 63, 0]),
  ];
  const [columns, rows] = [Math.ceil(width / 8), Math.ceil(height / 8)];
  const bits = new Bits(head, columns * rows * components.length * LONGEST_SQUARE);
  let before = 0;
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++) {
      const level = picture.shade(column, row) - 128;
      square(bits, level - before);
      if (colour) for (const _ of ["blue", "red"]) square(bits, 0);
      before = level;
    }
  return bits.end([0xff, 0xd9]);
}

/** Bytes of one square, stuffed. */
const LONGEST_SQUARE = 6;

/** The difference to the square before (F.1.2.1), and that nothing differs within. */
function square(bits: Bits, difference: number): void {
  const length = 32 - Math.clz32(Math.abs(difference));
  const { code, size } = codeOf(length);
  bits.put(code, size);
  if (length > 0) bits.put(difference < 0 ? difference + (1 << length) - 1 : difference, length);
  bits.put(0, 1);
}

/** The code of a length in the order of annex C: one of two bits, five of three, then one of each. */
function codeOf(length: number): { readonly code: number; readonly size: number } {
  if (length === 0) return { code: 0b00, size: 2 };
  if (length < 6) return { code: 0b001 + length, size: 3 };
  const size = length - 2;
  return { code: (1 << size) - 2, size };
}

class Bits {
  readonly #bytes: Uint8Array;
  #length: number;
  #held = 0;
  #count = 0;

  constructor(head: readonly number[], room: number) {
    this.#bytes = new Uint8Array(head.length + room + 16);
    this.#bytes.set(head);
    this.#length = head.length;
  }

  put(value: number, count: number): void {
    this.#held = (this.#held << count) | value;
    this.#count += count;
    while (this.#count >= 8) {
      this.#count -= 8;
      this.#byte((this.#held >> this.#count) & 0xff);
    }
    this.#held &= (1 << this.#count) - 1;
  }

  /** The last byte is filled with ones (F.1.2.3). */
  end(tail: readonly number[]): Uint8Array {
    if (this.#count > 0) this.put((1 << (8 - this.#count)) - 1, 8 - this.#count);
    this.#bytes.set(tail, this.#length);
    return this.#bytes.slice(0, this.#length + tail.length);
  }

  /** Behind a byte of ones stands a zero, so that it is no marker (B.1.1.5). */
  #byte(byte: number): void {
    this.#bytes[this.#length++] = byte;
    if (byte === 0xff) this.#bytes[this.#length++] = 0;
  }
}
