import { toLatin1 } from "../../base/bytes/bytes.ts";

/*
 * Lines of the Network UPS Tools' protocol (RFC 9271, sections 3 and 4): words separated by blanks; a word with blanks, quotes or
 * backslashes in it stands in double quotes, in which a backslash stands before a quote or a backslash.
 */

/** The longest line that is read, bytes. The daemon's own buffers are smaller. */
export const MAX_LINE = 2_048;

const PLAIN = /^[^\s"\\]+$/;

/** @throws RangeError on a line break, which no word can carry. */
function quote(word: string): string {
  if (/[\r\n]/.test(word)) throw new RangeError("a word cannot hold a line break");
  return PLAIN.test(word) ? word : `"${word.replace(/["\\]/g, "\\$&")}"`;
}

/** One line without its terminator. @throws RangeError when a word holds a line break. */
export function joinWords(words: readonly string[]): string {
  return words.map(quote).join(" ");
}

/** The words of a line; `undefined` when a quoted word has no end or goes on behind it. */
export function splitWords(line: string): string[] | undefined {
  const words: string[] = [];
  const pattern = /[ \t]*(?:"((?:[^"\\]|\\.)*)"|([^\s"\\]+))(?=[ \t]|$)|[ \t]+$/y;
  while (pattern.lastIndex < line.length) {
    const match = pattern.exec(line);
    if (match === null) return undefined;
    const [, quoted, plain] = match;
    const word = quoted === undefined ? plain : quoted.replace(/\\(.)/g, "$1");
    if (word !== undefined) words.push(word);
  }
  return words;
}

/** Asks for all variables of a UPS. */
export function encodeListRequest(ups: string): Uint8Array {
  return toLatin1(`${joinWords(["LIST", "VAR", ups])}\n`);
}

/** The UPS whose variables a line asks for; `undefined` for everything else. */
export function decodeListRequest(line: string): string | undefined {
  const [verb, what, ups, ...more] = splitWords(line) ?? [];
  return verb === "LIST" && what === "VAR" && more.length === 0 ? ups : undefined;
}

export type NutAnswer =
  | { readonly type: "begin" | "end"; readonly ups: string }
  | { readonly type: "variable"; readonly ups: string; readonly name: string; readonly value: string }
  | { readonly type: "error"; readonly error: string };

export function encodeAnswer(answer: NutAnswer): string {
  switch (answer.type) {
    case "begin":
    case "end":
      return joinWords([answer.type.toUpperCase(), "LIST", "VAR", answer.ups]);
    case "variable":
      // The daemon always quotes values.
      return `${joinWords(["VAR", answer.ups, answer.name])} "${answer.value.replace(/["\\]/g, "\\$&")}"`;
    case "error":
      return joinWords(["ERR", answer.error]);
  }
}

/** `undefined` when the line is no answer to anything that this driver asks. */
export function decodeAnswer(line: string): NutAnswer | undefined {
  const words = splitWords(line);
  const [verb, first, second, third] = words ?? [];
  if (verb === "ERR" && first !== undefined) return { type: "error", error: first };
  if (words?.length !== 4 || first === undefined || second === undefined || third === undefined) return undefined;
  if (verb === "VAR") return { type: "variable", ups: first, name: second, value: third };
  if ((verb === "BEGIN" || verb === "END") && first === "LIST" && second === "VAR")
    return { type: verb === "BEGIN" ? "begin" : "end", ups: third };
  return undefined;
}
