/** Longest RUN: eight digits and the check character. */
export const RUN_LENGTH = 9;

/** Digits and a final K of whatever was typed, at most nine; anything else is dropped. */
export function cleanRun(text: string): string {
  let clean = "";
  for (const character of text.toUpperCase()) {
    if (clean.length === RUN_LENGTH || clean.endsWith("K")) break;
    if (/\d/.test(character) || (character === "K" && clean.length > 0)) clean += character;
  }
  return clean;
}

/** `123456785` as `12.345.678-5`, and every shorter text as far as it goes: the last character is the check character. */
export function formatRun(text: string): string {
  const clean = cleanRun(text);
  if (clean.length < 2) return clean;
  const body = clean.slice(0, -1).replace(/\B(?=(\d{3})+$)/g, ".");
  return `${body}-${clean.slice(-1)}`;
}
