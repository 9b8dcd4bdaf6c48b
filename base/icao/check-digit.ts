const WEIGHTS = [7, 3, 1] as const;
const ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";

/**
 * The check digit of ICAO Doc 9303-3 §4.9: weights 7, 3, 1 repeating from the left; digits count as themselves, `A` to
 * `Z` as 10 to 35, the filler `<` as 0; sum modulo 10.
 *
 * @throws RangeError on any other character.
 */
export function icaoCheckDigit(text: string): string {
  let sum = 0;
  for (let position = 0; position < text.length; position++) {
    const character = text.charAt(position);
    const value = character === "<" ? 0 : ALPHABET.indexOf(character);
    if (value < 0) throw new RangeError(`not a character of a machine-readable zone: ${JSON.stringify(character)}`);
    sum += value * (WEIGHTS[position % WEIGHTS.length] ?? 0);
  }
  return String(sum % 10);
}
