import { expect, test } from "vitest";
import { DEVICE_KINDS } from "../../base/contracts/device-status.ts";
import { LOCALES, PAYMENT_PROMPTS } from "../../base/contracts/view.ts";
import { readingProblems } from "../compiler/check-content.ts";
import { placeholders } from "../engine/expression.ts";
import { COMMON_TEXTS } from "./common.ts";

test.each(LOCALES)("every sentence of the library in %s can be read at a glance", (locale) => {
  for (const [key, paragraphs] of COMMON_TEXTS[locale])
    for (const { source } of paragraphs) expect(readingProblems(source), key).toEqual([]);
});

test("every language says the same: the same keys, the same values in them", () => {
  const shape = (locale: (typeof LOCALES)[number]) =>
    [...COMMON_TEXTS[locale]].map(([key, paragraphs]) => [
      key,
      new Set(paragraphs.flatMap(placeholders).map(({ path }) => path.join("."))),
    ]);
  for (const locale of LOCALES) expect(shape(locale).sort()).toEqual(shape("es").sort());
});

test("every prompt of a terminal and every missing device has its words", () => {
  for (const prompt of PAYMENT_PROMPTS) expect(COMMON_TEXTS.es.has(`pay.prompt.${prompt}`)).toBe(true);
  for (const kind of DEVICE_KINDS) expect(COMMON_TEXTS.es.has(`unavailable-reason.${kind}`)).toBe(true);
});
