import { expect } from "vitest";
import { readService } from "../compiler/compile.ts";
import type { DefinitionError, ServiceSource } from "../compiler/source.ts";

/** Words that no Spanish sentence has. What is quoted, and names of files, are the same in every language. */
const ENGLISH = /\b(?:the|is|are|of|it|its|an|has|have|not|there|that|this|here|takes|write|allowed|missing|must)\b/i;
const SAME = /"[^"]*"|“[^”]*”|\{\{.*?\}\}|\w+(?:[-./][\w-]+)+/g;

/** What is English in what should be Spanish. */
export function englishIn(sentence: string): string | undefined {
  return ENGLISH.exec(sentence.replaceAll(SAME, "…"))?.[0];
}

/** The mistakes of a definition in English, if those in Spanish are the same and nothing in them is English. */
export function mistakesOf(source: ServiceSource): readonly DefinitionError[] {
  const [english = [], spanish = []] = (["en", "es"] as const).map((language) => {
    const read = readService(source, language);
    return read.ok ? [] : read.error;
  });
  const places = (mistakes: readonly DefinitionError[]) =>
    mistakes.map(({ problem: _problem, remedy: _remedy, ...place }) => place);
  expect(places(spanish)).toEqual(places(english));
  for (const [index, { problem, remedy }] of spanish.entries())
    for (const [said, other] of [
      [problem, english[index]?.problem],
      [remedy, english[index]?.remedy],
    ]) {
      expect(said).not.toBe("");
      expect(said).not.toBe(other);
      expect(englishIn(said ?? ""), said).toBeUndefined();
    }
  return english;
}
