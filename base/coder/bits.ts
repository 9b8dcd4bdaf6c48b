/** One status byte declared once: bits that never change, and named flags with the mask of the bits that carry them. */
export type BitsDeclaration<F extends string> = {
  /** Which bits are the same in every byte of this kind, and what they are. */
  readonly fixed: { readonly mask: number; readonly value: number };
  readonly flags: { readonly [flag in F]: number };
};

export type Flags<F extends string> = { readonly [flag in F]: boolean };

/** Both directions of a declared byte. */
export type BitsCoder<F extends string> = {
  /** Whether the fixed bits are as declared. */
  readonly matches: (byte: number) => boolean;
  /** The flags of a byte; a flag of several bits is set when any of them is. The fixed bits are not looked at. */
  readonly decode: (byte: number) => Flags<F>;
  /** The byte in which exactly the given flags are set, all bits of each. */
  readonly encode: (flags: Partial<Flags<F>>) => number;
};

/**
 * Makes the coder of a declared byte.
 *
 * @throws RangeError when flags overlap each other or the fixed bits: the declaration is wrong, not the data.
 */
export function declareBits<F extends string>(declaration: BitsDeclaration<F>): BitsCoder<F> {
  const { fixed } = declaration;
  const flags = Object.entries<number>(declaration.flags) as [F, number][];
  let taken = fixed.mask;
  for (const [flag, mask] of flags) {
    if ((taken & mask) !== 0 || mask === 0 || mask > 0xff) throw new RangeError(`flag ${flag} has no bits of its own`);
    taken |= mask;
  }
  return {
    matches: (byte) => (byte & fixed.mask) === fixed.value,
    decode: (byte) => Object.fromEntries(flags.map(([flag, mask]) => [flag, (byte & mask) !== 0])) as Flags<F>,
    encode: (set) => flags.reduce((byte, [flag, mask]) => (set[flag] ? byte | mask : byte), fixed.value),
  };
}
