import { concat } from "../../base/bytes/bytes.ts";

/**
 * Rows in one `GS v 0` command. Small enough that status can be asked between two commands at every poll, and
 * less than 256 so that the height's high byte is always zero.
 */
const ROWS_PER_BAND = 16;

const DLE = 0x10;
/** `EOT`, `ENQ` and `DC4`: with `DLE` before them they begin a real-time command. */
const REAL_TIME = new Set([0x04, 0x05, 0x14]);

/**
 * Encodes a bitmap as `GS v 0` commands, one a band.
 *
 * A printer looks for real-time commands in everything that it receives, image data too: data that happen to contain
 * `10 04 n` are answered as a status request, and `10 05 n` may clear its buffer. No such pair leaves here: one dot is
 * added beside a lone one (10 becomes 18), an eighth of a millimetre that nobody sees.
 *
 * @param bits rows of whole bytes, most significant bit left, 1 is black.
 */
export function rasterCommands(width: number, height: number, bits: Uint8Array): Uint8Array[] {
  const rowBytes = Math.ceil(width / 8);
  const safe = withoutRealTimeCommands(bits);
  const commands: Uint8Array[] = [];
  for (let row = 0; row < height; row += ROWS_PER_BAND) {
    const rows = Math.min(ROWS_PER_BAND, height - row);
    const header = Uint8Array.of(0x1d, 0x76, 0x30, 0x00, rowBytes & 0xff, rowBytes >> 8, rows, 0x00);
    commands.push(concat([header, safe.subarray(row * rowBytes, (row + rows) * rowBytes)]));
  }
  return commands;
}

function withoutRealTimeCommands(bits: Uint8Array): Uint8Array {
  return bits.map((byte, index) => (byte === DLE && REAL_TIME.has(bits[index + 1] ?? 0) ? 0x18 : byte));
}
