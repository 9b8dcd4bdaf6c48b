/** Reads and writes big-endian numbers; IPP has no others (RFC 8010, 3). */
export function int32(bytes: Uint8Array, at = 0): number {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getInt32(at);
}

export function fromInt32(...values: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(values.length * 4);
  const view = new DataView(bytes.buffer);
  for (const [index, value] of values.entries()) {
    if (!Number.isInteger(value) || value < -0x80000000 || value > 0x7fffffff)
      throw new RangeError(`${value} is no signed number of 32 bits`);
    view.setInt32(index * 4, value);
  }
  return bytes;
}

export function fromInt16(value: number): Uint8Array {
  return Uint8Array.of(value >> 8, value & 0xff);
}
