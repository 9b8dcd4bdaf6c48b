/**
 * Packed binary coded decimal: two digits a byte, the high half first.
 *
 * @param length bytes; shorter numbers get leading zeros.
 * @throws RangeError when the digits are none or do not fit.
 */
export function encodeBcd(digits: string, length: number): Uint8Array {
  if (!/^\d*$/.test(digits) || digits.length > length * 2) throw new RangeError(`${digits} in ${length} bytes of BCD`);
  const padded = digits.padStart(length * 2, "0");
  return Uint8Array.from({ length }, (_, at) => Number.parseInt(padded.slice(at * 2, at * 2 + 2), 16));
}

/** All digits, leading zeros included; `undefined` when a half byte is no decimal digit. */
export function decodeBcd(bytes: Uint8Array): string | undefined {
  let digits = "";
  for (const byte of bytes) digits += byte.toString(16).padStart(2, "0");
  return /^\d*$/.test(digits) ? digits : undefined;
}
