import { createHash, randomBytes } from "node:crypto";

/** Crockford's base 32: no I, L, O and U, which are misread or misspell. */
const SYMBOLS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const LENGTH = 12;

/** A random code of 60 bits in three groups of four, as `enrolmentCodeSchema` has it. */
export function makeOneTimeCode(): string {
  const text = Array.from(randomBytes(LENGTH), (byte) => SYMBOLS[byte % SYMBOLS.length]).join("");
  return text.replace(/(.{4})(?=.)/g, "$1-");
}

/** SHA-256, hex: what the database keeps of a code. */
export function hashOneTimeCode(code: string): string {
  return createHash("sha256").update(code).digest("hex");
}
