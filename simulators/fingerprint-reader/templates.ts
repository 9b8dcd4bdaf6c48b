/** Bytes of a synthetic template. */
const LENGTH = 256;

/**
 * The template of a synthetic person's thumbs, in place of minutiae: "FMR", as records of ISO/IEC 19794-2 begin, then a pattern that is the
 * person's alone. It says nothing about anybody; both thumbs have the same, because a sensor cannot tell which one it got.
 *
 * @param owner the RUN of whose finger it is.
 */
export function syntheticTemplate(owner: string): Uint8Array {
  const seed = [...owner].reduce((sum, character) => (sum * 31 + character.charCodeAt(0)) % 65_521, 7);
  return Uint8Array.from(
    { length: LENGTH },
    (_, at) => [0x46, 0x4d, 0x52, 0][at] ?? 1 + ((seed * (at + 1) + (seed >> 8) * at) % 255),
  );
}
