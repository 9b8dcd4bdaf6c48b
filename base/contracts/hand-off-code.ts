/** Of the codes that the gateway makes: without 0 O, 1 I L, because people read them from paper and type them. */
export const CODE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ";
export const CODE_LENGTH = 8;

/** Where the gateway's pages take the code of what was begun elsewhere. */
export const DRAFT_PATH = "/b";

const CODE = new RegExp(`^[${CODE_ALPHABET}]{${CODE_LENGTH}}$`);
const ADDRESS = new RegExp(`^https?://[^/?#\\s]+(?:/[^?#\\s]*)?${DRAFT_PATH}/([^/?#\\s]+)$`, "i");

/** A code as it was made, from the way in which somebody typed it. */
export function plainCode(typed: string): string {
  return typed.toUpperCase().replace(/[\s-]/g, "");
}

/**
 * The code in what somebody shows to a code reader: the address of its page, or the code alone. Whose address it is matters nothing: only
 * the gateway knows which codes there are.
 *
 * @returns `undefined` when there is none in it.
 */
export function shownCode(words: string): string | undefined {
  const code = plainCode(ADDRESS.exec(words.trim())?.[1] ?? words);
  return CODE.test(code) ? code : undefined;
}
