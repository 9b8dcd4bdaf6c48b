import { MAX_WORDS, sentencesOf } from "../compiler/check-content.ts";

const ENTITIES: { readonly [name: string]: string } = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
  nbsp: " ",
  aacute: "á",
  eacute: "é",
  iacute: "í",
  oacute: "ó",
  uacute: "ú",
  ntilde: "ñ",
  Aacute: "Á",
  Eacute: "É",
  Iacute: "Í",
  Oacute: "Ó",
  Uacute: "Ú",
  Ntilde: "Ñ",
  iquest: "¿",
  iexcl: "¡",
};

/** The words of a text that was written for a web page: paragraphs, without marks. */
export function paragraphsOf(html: string): string[] {
  return html
    .replace(/<(?:script|style)\b[\s\S]*?<\/(?:script|style)>/gi, " ")
    .replace(/<\/?(?:p|div|li|ul|ol|br|h\d|tr|table)\b[^>]*>/gi, "\n")
    .replace(/<[^>]*>/g, " ")
    .replace(/&#(\d{1,6});/g, (_all, code: string) => String.fromCodePoint(Number(code)))
    .replace(/&(\w+);/g, (all, name: string) => ENTITIES[name] ?? all)
    .replace(/\{\{|\}\}/g, " ")
    .split("\n")
    .map((line) => line.replace(/\s+/g, " ").trim())
    .filter((line) => line !== "");
}

/** The text as one line. */
export function lineOf(html: string): string {
  return paragraphsOf(html).join(" ");
}

/**
 * The text in sentences that are short enough to be read standing; one that is too long is cut at a comma, or else between words.
 *
 * @returns the paragraphs, and whether a sentence had to be cut: a person must read it again then.
 */
export function shortSentences(paragraphs: readonly string[]): { readonly text: string[]; readonly cut: boolean } {
  let cut = false;
  const text = paragraphs.map((paragraph) =>
    sentencesOf(paragraph)
      .flatMap((sentence) => {
        const parts = shortened(sentence);
        cut ||= parts.length > 1;
        return parts;
      })
      .join(" "),
  );
  return { text, cut };
}

function shortened(sentence: string): string[] {
  const words = sentence.split(/\s+/);
  if (words.length <= MAX_WORDS) return [sentence];
  const comma = words.findLastIndex((word, index) => index < MAX_WORDS && index > 2 && word.endsWith(","));
  const at = comma === -1 ? MAX_WORDS : comma + 1;
  const head = words.slice(0, at).join(" ").replace(/,$/, "");
  return [`${head}.`, ...shortened(words.slice(at).join(" "))];
}
