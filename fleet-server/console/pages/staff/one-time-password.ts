/** Letters and figures that nobody takes for each other when they are dictated. */
const ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789";
const GROUPS = 4;
const LETTERS = 4;

/** A password of 79 random bits in four groups, e.g. `k3mq-q9tx-2bvh-7wze`, good to be read aloud. */
export function oneTimePassword(): string {
  const letters: string[] = [];
  while (letters.length < GROUPS * LETTERS) {
    const [byte = 0] = crypto.getRandomValues(new Uint8Array(1));
    // What lies above the last whole round would make some letters likelier.
    if (byte < 256 - (256 % ALPHABET.length)) letters.push(ALPHABET[byte % ALPHABET.length] ?? "");
  }
  return Array.from({ length: GROUPS }, (_, group) =>
    letters.slice(group * LETTERS, (group + 1) * LETTERS).join(""),
  ).join("-");
}
