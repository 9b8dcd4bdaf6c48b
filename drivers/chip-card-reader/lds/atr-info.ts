import { find, readTlvs, tlv } from "../tlv.ts";

/** How long command and answer may be with extended length, bytes, both with everything around the data. */
export type Lengths = { readonly command: number; readonly answer: number };

/**
 * Extended length information in EF.ATR/INFO (ISO/IEC 7816-4 §12.7.1, Doc 9303-10 §4.4): the most that the card takes and sends.
 * `undefined` when the card does not say.
 */
export function readAtrInfo(bytes: Uint8Array): Lengths | undefined {
  const objects = readTlvs(bytes);
  const information = objects.ok ? find(objects.value, 0x7f66) : undefined;
  const numbers = information === undefined ? undefined : readTlvs(information);
  if (numbers === undefined || !numbers.ok) return undefined;
  const [command, answer] = numbers.value.map(({ value }) => value.reduce((sum, byte) => sum * 0x100 + byte, 0));
  return command === undefined || answer === undefined ? undefined : { command, answer };
}

export function writeAtrInfo({ command, answer }: Lengths): Uint8Array {
  const number = (value: number) => tlv(0x02, Uint8Array.of(value >> 8, value & 0xff));
  return tlv(0x7f66, number(command), number(answer));
}
