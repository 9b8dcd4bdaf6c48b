import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../../scripts/bundle.ts";
import { PARTS } from "./parts.ts";

export const DOCUMENT = join(ROOT, "docs", "reliability.md");
const BEGIN = "<!-- ledgers: written by npm run reliability -- --full --write-doc -->";
const END = "<!-- end of ledgers -->";

/** Puts the sections of parts (Markdown, by the part's name) into `docs/reliability.md`; parts that are not named stay as they are. */
export function writeDocument(sections: ReadonlyMap<string, string>): void {
  writeFileSync(DOCUMENT, withLedgers(readFileSync(DOCUMENT, "utf8"), sections));
}

/** `text` with `sections` replaced. @throws Error when the marks are not there. */
export function withLedgers(text: string, sections: ReadonlyMap<string, string>): string {
  const begin = text.indexOf(BEGIN);
  const end = text.indexOf(END);
  if (begin < 0 || end < begin) throw new Error(`${DOCUMENT} has no place for ledgers`);
  const all = new Map<string, string>();
  for (const section of text.slice(begin + BEGIN.length, end).split(/^(?=### )/m)) {
    const name = /^### (\S+)/.exec(section)?.[1];
    if (name !== undefined) all.set(name, section.trim());
  }
  for (const [name, section] of sections) all.set(name, section);
  const order = Object.keys(PARTS);
  const sorted = [...all].sort(([a], [b]) => order.indexOf(a) - order.indexOf(b)).map(([, section]) => section);
  return `${text.slice(0, begin)}${[BEGIN, ...sorted, END].join("\n\n")}${text.slice(end + END.length)}`;
}
