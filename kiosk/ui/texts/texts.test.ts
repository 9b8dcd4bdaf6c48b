import { expect, test } from "vitest";
import { LOCALES } from "../../../base/contracts/view.ts";
import { TEXTS } from "./texts.ts";

function leaves(value: unknown, path = ""): [string, string][] {
  if (typeof value === "string") return [[path, value]];
  if (typeof value === "function") return [[path, String(value(2, 3))]];
  return Object.entries(value ?? {}).flatMap(([key, child]) => leaves(child, `${path}/${key}`));
}

test.each(LOCALES)("every text in %s says something, in at most 15 words", (locale) => {
  for (const [path, text] of leaves(TEXTS[locale])) {
    expect(text.trim(), path).not.toBe("");
    expect(text.split(/\s+/).length, path).toBeLessThanOrEqual(15);
  }
});

test.each(LOCALES.filter((locale) => locale !== "es"))("%s has exactly the texts of es", (locale) => {
  expect(leaves(TEXTS[locale]).map(([path]) => path)).toEqual(leaves(TEXTS.es).map(([path]) => path));
});
