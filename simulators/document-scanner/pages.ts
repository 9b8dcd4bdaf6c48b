import { writeJpeg } from "./jpeg.ts";
import type { ScanSettings } from "./settings.ts";

const PAPER = 246;
const INK = 60;
/** Digits of three by five. */
const DIGITS = [
  ...["111101101101111", "010110010010111", "111001111100111", "111001111001111", "101101111001001"],
  ...["111100111001111", "111100111101111", "111001010010010", "111101111101111", "111101111001111"],
] as const;
const DIGIT = { width: 0.08, height: 0.12, left: 0.15, top: 0.1, pitch: 0.11 };
const TEXT = { left: 0.12, right: 0.88, top: 0.3, bottom: 0.92, line: 0.02, letter: 0.02 };

/**
 * A picture of a paper, JPEG. Synthetic: its number in large digits, and what looks like lines of text from afar. No two papers give the same
 * bytes.
 *
 * @param paper its number; 0 is the lid of a scanner in which no paper lies.
 */
export function pictureOf(paper: number, { width, height, resolution, colour }: ScanSettings): Uint8Array {
  const [columns, rows] = [Math.ceil(width / 8), Math.ceil(height / 8)];
  return writeJpeg({
    ...{ width, height, dotsPerInch: resolution, colour },
    shade: (column, row) => (paper > 0 && isInk(paper, column / columns, row / rows) ? INK : PAPER),
  });
}

/** @param x from the left, 0 to 1. @param y from the top. */
function isInk(paper: number, x: number, y: number): boolean {
  if (y >= DIGIT.top && y < DIGIT.top + DIGIT.height) {
    const place = Math.floor((x - DIGIT.left) / DIGIT.pitch);
    const digit = DIGITS[Number(String(paper)[place])];
    const column = Math.floor((3 * (x - DIGIT.left - place * DIGIT.pitch)) / DIGIT.width);
    const row = Math.floor((5 * (y - DIGIT.top)) / DIGIT.height);
    return column < 3 && digit?.[3 * row + column] === "1";
  }
  if (x < TEXT.left || x > TEXT.right || y < TEXT.top || y > TEXT.bottom) return false;
  const line = (y - TEXT.top) / TEXT.line;
  const letter = Math.floor((x - TEXT.left) / TEXT.letter);
  return line % 1 < 0.5 && (7 * paper + 13 * Math.floor(line) + 5 * letter) % 6 !== 0;
}
