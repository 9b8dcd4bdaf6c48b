/** Typographic characters that plain code pages lack, in the form that a typewriter would use. */
const PLAIN: { readonly [character: string]: string } = {
  "\u00a0": " ",
  "\u2010": "-",
  "\u2011": "-",
  "\u2012": "-",
  "\u2013": "-",
  "\u2014": "-",
  "\u2018": "'",
  "\u2019": "'",
  "\u201c": '"',
  "\u201d": '"',
  "\u2022": "·",
  "\u2026": "...",
  "\t": " ",
};

/**
 * Makes text harmless and countable: one character a column, no control character of either range (so that no text can
 * act as a command), composed accents, line feeds kept. What no code page has (emoji) becomes a question mark here, so
 * that it is counted as one; so does U+FFFD, for which code pages with gaps would print a gap.
 */
export function plainText(text: string): string {
  return text
    .normalize("NFC")
    .replace(/\r\n?|[\u2028\u2029]/g, "\n")
    .replace(/[\u00a0\u2010-\u2014\u2018\u2019\u201c\u201d\u2022\u2026\t]/g, (character) => PLAIN[character] ?? "")
    .replace(/[^\n\P{C}]|\p{M}/gu, "")
    .replace(/[\ufffd\u{10000}-\u{10ffff}]/gu, "?");
}

/**
 * Breaks text into lines of at most `width` characters: at spaces, and inside a word only when it is wider than a line.
 */
export function wrap(text: string, width: number): string[] {
  return plainText(text)
    .split("\n")
    .flatMap((line) => wrapLine(line, width));
}

function wrapLine(line: string, width: number): string[] {
  const lines: string[] = [];
  let rest = [...line.trimEnd()];
  while (rest.length > width) {
    const space = rest.lastIndexOf(" ", width);
    const indent = rest.findIndex((character) => character !== " ");
    const end = space > indent ? space : width;
    lines.push(rest.slice(0, end).join("").trimEnd());
    rest = rest.slice(end);
    while (rest[0] === " ") rest.shift();
  }
  lines.push(rest.join(""));
  return lines;
}

/**
 * Sets a label and its value on lines of exactly `width` characters. A long label wraps beside its value, which stands
 * on the label's last line; a value longer than half a line goes below, flush right.
 */
export function pairLines(label: string, value: string, width: number): string[] {
  const labelText = plainText(label).replace(/\n/g, " ").trimEnd();
  const valueText = plainText(value).replace(/\n/g, " ").trim();
  const length = [...valueText].length;
  const room = width - length - 1;
  if ([...labelText].length <= room || length <= width / 2) {
    const lines = wrapLine(labelText, room);
    const last = lines.pop() ?? "";
    return [...lines, last + " ".repeat(width - [...last].length - length) + valueText];
  }
  return [...wrapLine(labelText, width), ...wrapLine(valueText, width - 2).map((line) => flushRight(line, width))];
}

function flushRight(line: string, width: number): string {
  return " ".repeat(width - [...line].length) + line;
}
