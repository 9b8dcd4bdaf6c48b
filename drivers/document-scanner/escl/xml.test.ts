import fc from "fast-check";
import { expect, test } from "vitest";
import { assertOk } from "../../../base/result.ts";
import { child, readXml, within, type XmlElement } from "./xml.ts";

const read = (source: string) => assertOk(readXml(source), "xml");

test("elements are found by their local names, whatever their prefixes", () => {
  const root = read(
    '\ufeff<?xml version="1.0"?><!-- > --><a:x xmlns:a="urn:1"><a:y z=">"> 1 </a:y ><y/><b:y>&lt;&#x41;&#66;</b:y></a:x>\n',
  );
  expect(root.name).toBe("x");
  expect(child(root, "y")).toEqual({ name: "y", children: [], text: "1" });
  expect(within(root, "y").map(({ text }) => text)).toEqual(["1", "", "<AB"]);
});

test("text in several pieces is one text", () => {
  expect(read("<a>b<!-- c --><![CDATA[<d>]]><e>f</e>g</a>")).toMatchObject({ text: "b<d>g" });
});

test.each([
  ["nothing", ""],
  ["no element", "hello"],
  ["an element that is not closed", "<a><b></b>"],
  ["ends in another order", "<a><b></a></b>"],
  ["a cut document", "<a><b>te"],
  ["a cut tag", '<a x="'],
  ["two roots", "<a/><b/>"],
  ["text behind the root", "<a/>b"],
  ["a document type", '<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>'],
  ["an entity of its own", "<a>&x;</a>"],
  ["an ampersand alone", "<a>1 & 2</a>"],
  ["a character that is none", "<a>&#x110000;</a>"],
  ["a tag without a name", "<a>< ></a>"],
  ["an end too many", "</a>"],
  ["a comment without an end", "<a><!-- </a>"],
  ["elements in elements without end", "<a>".repeat(100_000)],
])("%s is refused, with words", (_what, source) => {
  expect(readXml(source)).toMatchObject({ ok: false, error: expect.stringMatching(/\w/) });
});

test("what is written in elements and texts is read as it was", () => {
  const tree: fc.Memo<XmlElement> = fc.memo((depth) =>
    fc.record({
      name: fc.stringMatching(/^[A-Za-z_][\w.-]{0,8}$/),
      children: depth > 1 ? fc.array(tree(), { maxLength: 3 }) : fc.constant([]),
      text: fc.string({ unit: fc.constantFrom("a", "é", "<", "&", ">", '"', "'") }),
    }),
  );
  const escaped = (text: string) => text.replace(/[<>&"']/g, (one) => `&#${one.charCodeAt(0)};`);
  const write = ({ name, children, text }: XmlElement): string =>
    `<p:${name} q='>'>${escaped(text)}${children.map(write).join("")}</p:${name}>`;
  fc.assert(
    fc.property(tree(4), (element) => {
      expect(read(write(element))).toEqual(element);
    }),
  );
});

test("whatever the text, there is an answer", () => {
  const piece = fc.constantFrom(
    ..."<>/a:='\"&; ".split(""),
    "<a>",
    "</a>",
    "<!--",
    "-->",
    "<![CDATA[",
    "]]>",
    "<?",
    "?>",
  );
  fc.assert(fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => readXml(pieces.join("")).ok !== undefined));
});
