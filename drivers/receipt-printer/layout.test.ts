import fc from "fast-check";
import { expect, test } from "vitest";
import { pairLines, plainText, wrap } from "./layout.ts";

test("text breaks at spaces, and a word wider than the line is cut", () => {
  expect(wrap("Certificado de nacimiento para asignación familiar", 20)).toEqual([
    "Certificado de",
    "nacimiento para",
    "asignación familiar",
  ]);
  expect(wrap("otorrinolaringología", 8)).toEqual(["otorrino", "laringol", "ogía"]);
  expect(wrap("uno\n\ndos", 10)).toEqual(["uno", "", "dos"]);
});

test("a combining accent and the letter before it are one character", () => {
  expect(plainText("nin\u0303o")).toBe("niño");
});

test("a short pair stands on one line, at both edges", () => {
  expect(pairLines("Total", "$ 1.500", 20)).toEqual(["Total        $ 1.500"]);
});

test("a long label wraps beside its value", () => {
  expect(pairLines("Consulta médica de especialidad", "$ 12.340", 24)).toEqual([
    "Consulta médica",
    "de especialidad $ 12.340",
  ]);
});

test("a value longer than half a line goes below its label, flush right", () => {
  expect(pairLines("Prestador", "Hospital Clínico de la Universidad", 24)).toEqual([
    "Prestador",
    "  Hospital Clínico de la",
    "             Universidad",
  ]);
});

test("no line is wider than the paper, and no character is lost or made", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme", maxLength: 200 }), fc.integer({ min: 4, max: 48 }), (text, width) => {
      const lines = wrap(text, width);
      for (const line of lines) expect([...line].length).toBeLessThanOrEqual(width);
      const letters = (value: string) => value.replace(/\s/g, "");
      expect(letters(lines.join(""))).toBe(letters(plainText(text)));
    }),
  );
});

test("every line of a pair is as wide as the paper or narrower, and holds both texts", () => {
  const words = fc.stringMatching(/^[a-zñ0-9$. ]{0,60}$/);
  fc.assert(
    fc.property(words, words, fc.integer({ min: 16, max: 48 }), (label, value, width) => {
      const lines = pairLines(label, value, width);
      for (const line of lines) expect(line.length).toBeLessThanOrEqual(width);
      const letters = (text: string) => text.replace(/\s/g, "");
      expect(letters(lines.join(""))).toBe(letters(label + value));
    }),
  );
});

test("what is left of any text has no control character but the line feed", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      expect(plainText(text)).toMatch(/^[\n\P{Cc}]*$/u);
    }),
  );
});
