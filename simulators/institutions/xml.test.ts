import fc from "fast-check";
import { expect, test } from "vitest";
import { child, escapeXml, parseXml } from "./xml.ts";

test("prefixes and default namespaces say the same", () => {
  const prefixed = parseXml('<a:x xmlns:a="urn:1"><a:y>1</a:y></a:x>');
  const defaulted = parseXml('<?xml version="1.0"?><!-- c --><x xmlns="urn:1"><y>1</y></x>');
  expect(prefixed).toEqual(defaulted);
  expect(child(prefixed, "y")).toMatchObject({ namespace: "urn:1", text: "1" });
});

test.each([
  ["an element that is not closed", "<a><b></a>"],
  ["a cut document", "<a><b>te"],
  ["an undeclared prefix", "<a:b/>"],
  ["two roots", "<a/><b/>"],
  ["nothing", ""],
  ["text alone", "hello"],
  ["a document type", '<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>'],
  ["an undeclared entity", "<a>&nbsp;</a>"],
])("%s is refused", (_what, source) => {
  expect(() => parseXml(source)).toThrow();
});

test("any text survives escaping and reading", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), (text) => {
      // A parser may not see control characters: XML 1.0 has no way to write them.
      const writable = text.replace(/[^\t\n\u0020-\ud7ff\ue000-\ufffd]/gu, "");
      expect(parseXml(`<a>${escapeXml(writable)}</a>`).text).toBe(writable.trim());
    }),
  );
});

test("no input makes it hang or answer anything but an element or an Error", () => {
  const piece = fc.constantFrom(
    "<",
    ">",
    "/",
    "a",
    ":",
    "=",
    '"',
    "'",
    "<a>",
    "</a>",
    "<!--",
    "-->",
    "&",
    ";",
    " ",
    "<![CDATA[",
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
      try {
        expect(parseXml(pieces.join("")).name).not.toBe("");
      } catch (problem) {
        expect(problem).toBeInstanceOf(Error);
      }
    }),
  );
});
