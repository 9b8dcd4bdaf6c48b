import { fromLatin1, toLatin1 } from "../../base/bytes/bytes.ts";

/**
 * The text of a code. Codes do not say how they are encoded: what is valid UTF-8 with at least one character of several
 * bytes is UTF-8, everything else ISO 8859-1, in which every byte is a character. The cédula of 2024 writes names in the latter.
 */
export function decodeText(bytes: Uint8Array): string {
  if (bytes.every((byte) => byte < 0x80)) return fromLatin1(bytes);
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return fromLatin1(bytes);
  }
}

/**
 * Undoes percent-encoding in the value of a query parameter; `+` is a blank. `decodeURIComponent` would throw on Latin-1.
 * A `%` that two hexadecimal digits do not follow stands for itself.
 *
 * @param value text in which each character is one byte.
 */
export function decodeParameter(value: string): string {
  const bytes = value
    .replaceAll("+", " ")
    .replace(/%([0-9a-f]{2})/gi, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)));
  return decodeText(toLatin1(bytes));
}

/** Percent-encodes a parameter's value from its ISO 8859-1 bytes, as the cédula of 2024 does: `Ñ` is `%D1`. */
export function encodeLatin1Parameter(text: string): string {
  return fromLatin1(toLatin1(text)).replace(
    /[^A-Za-z0-9._~-]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`,
  );
}

/** Control characters that codes do carry: STX, ETX and EOT around data, TAB, and the separators FS, GS, RS and US (ISO/IEC 15434). */
const CARRIED = new Set([0x02, 0x03, 0x04, 0x09, 0x0a, 0x0d, 0x1c, 0x1d, 0x1e, 0x1f]);

/** Whether text has characters that no printed text has: what a line with the wrong speed or a loose plug sends. */
export function isNoise(text: string): boolean {
  return [...text].some((character) => /\p{Cc}/u.test(character) && !CARRIED.has(character.charCodeAt(0)));
}
