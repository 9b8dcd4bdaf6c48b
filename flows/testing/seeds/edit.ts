import { assertOk } from "../../../base/result.ts";
import { type ReadService, readService } from "../../compiler/compile.ts";
import { usedParts } from "../../compiler/parts.ts";
import type { ServiceSource, SourceFile } from "../../compiler/source.ts";

/** `part`: the file of the first part that the service uses. */
type File = "service" | "es" | "en" | "receipts" | "part";
export type Edit = readonly [file: File, before: string | RegExp, after: string];

/** `source` with every `before` replaced once. */
export function edited(source: ServiceSource, ...edits: readonly Edit[]): ServiceSource {
  const texts = { ...source.texts };
  const parts = { ...source.parts };
  const [used = ""] = usedParts(source);
  let { service, receipts } = source;
  const replaced = <F extends SourceFile>(file: F | undefined, before: string | RegExp, after: string): F => {
    if (file === undefined || !has(file.text, before)) throw new Error(`the seed's text is not there: ${before}`);
    return { ...file, text: file.text.replace(before, () => after) };
  };
  for (const [file, before, after] of edits) {
    if (file === "service") service = replaced(service, before, after);
    else if (file === "receipts") receipts = replaced(receipts, before, after);
    else if (file === "part") parts[used] = replaced(parts[used], before, after);
    else texts[file] = replaced(texts[file], before, after);
  }
  return { ...source, service, texts, parts, ...(receipts === undefined ? {} : { receipts }) };
}

function has(text: string, part: string | RegExp): boolean {
  return typeof part === "string" ? text.includes(part) : part.test(text);
}

/** @throws Error when the seed cannot be read. */
export function read(source: ServiceSource): ReadService {
  return assertOk(readService(source), "the seed");
}

/** A step more between the payment and what was paid for. */
export const between = (kind: string, texts: string): Edit[] => [
  ["service", "  - id: bono\n", `  - id: between\n    ${kind}\n\n  - id: bono\n`],
  ["es", "\nprestaciones:\n", `\nbetween:\n${texts}\nprestaciones:\n`],
  ["en", "\nprestaciones:\n", `\nbetween:\n${texts}\nprestaciones:\n`],
];
