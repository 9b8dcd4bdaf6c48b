import { randomInt } from "node:crypto";
import { CODE_ALPHABET, CODE_LENGTH } from "../../base/contracts/hand-off-code.ts";

/** A code that opens something once: one of 8 × 10¹¹. */
export function newCode(): string {
  return Array.from({ length: CODE_LENGTH }, () => CODE_ALPHABET[randomInt(CODE_ALPHABET.length)]).join("");
}
