/** Joins byte strings into one. */
export function concat(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}

/** Lower-case hexadecimal, e.g. `02303130300302`. */
export function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Reads hexadecimal digits; spaces are ignored. @throws RangeError on anything else. */
export function fromHex(text: string): Uint8Array {
  const digits = text.replace(/\s+/g, "");
  if (digits.length % 2 !== 0 || /[^0-9a-f]/i.test(digits)) throw new RangeError(`not hexadecimal bytes: ${text}`);
  return Uint8Array.from({ length: digits.length / 2 }, (_, index) =>
    Number.parseInt(digits.slice(index * 2, index * 2 + 2), 16),
  );
}

/** Text to ISO 8859-1 bytes; characters above U+00FF become `?`. */
export function toLatin1(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return code <= 0xff ? code : 0x3f;
  });
}

/** Up to so many bytes one call is the fastest way, for more of them a decoder: some times as fast as character by character. */
const ONE_CALL = 128;
const UTF_16 = new TextDecoder("utf-16le", { ignoreBOM: true });

/** ISO 8859-1 bytes to text. Total: every byte is a character. */
export function fromLatin1(bytes: Uint8Array): string {
  if (bytes.length <= ONE_CALL) return String.fromCharCode.apply(null, bytes as unknown as number[]);
  // ISO 8859-1 is the first 256 characters of Unicode, so that each byte with a zero behind it is UTF-16.
  const wide = new Uint8Array(2 * bytes.length);
  for (let at = 0; at < bytes.length; at++) wide[2 * at] = bytes[at] ?? 0;
  return UTF_16.decode(wide);
}

export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}
