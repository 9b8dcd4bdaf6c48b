import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { concat, fromHex, toHex } from "../../../base/bytes/bytes.ts";
import { assertOk } from "../../../base/result.ts";
import { decodeMessage } from "./decode.ts";
import { encodeMessage } from "./encode.ts";
import { DEFAULT_LIMITS, GROUP, type IppAttribute, type IppMessage, type IppValue } from "./message.ts";

const int32 = fc.integer({ min: -0x80000000, max: 0x7fffffff });
const text = fc.string({ unit: "binary", maxLength: 40 }).map((value) => value.toWellFormed());
const bytes = fc.uint8Array({ maxLength: 40 });
const name = fc.stringMatching(/^[a-z][a-z0-9._-]{0,30}$/);
const simple: fc.Arbitrary<IppValue> = fc.oneof(
  fc.record({
    tag: fc.constantFrom("unsupported", "unknown", "no-value", "not-settable", "delete-attribute", "admin-define"),
  }),
  fc.record({ tag: fc.constantFrom("integer", "enum"), value: int32 }),
  fc.record({ tag: fc.constant("boolean"), value: fc.boolean() }),
  fc.record({
    tag: fc.constantFrom(
      "textWithoutLanguage",
      "nameWithoutLanguage",
      "keyword",
      "uri",
      "uriScheme",
      "charset",
      "naturalLanguage",
      "mimeMediaType",
    ),
    value: text,
  }),
  fc.record({ tag: fc.constantFrom("textWithLanguage", "nameWithLanguage"), language: text, value: text }),
  fc.record({ tag: fc.constant("octetString"), value: bytes }),
  fc.record({ tag: fc.constant("dateTime"), value: fc.uint8Array({ minLength: 11, maxLength: 11 }) }),
  fc.record({ tag: fc.constant("resolution"), cross: int32, feed: int32, units: fc.integer({ min: 0, max: 127 }) }),
  fc.record({ tag: fc.constant("rangeOfInteger"), from: int32, to: int32 }),
  fc.record({ tag: fc.constant("other"), code: fc.constantFrom(0x11, 0x14, 0x24, 0x38, 0x50, 0x7f), value: bytes }),
) as fc.Arbitrary<IppValue>;
const { value } = fc.letrec<{ value: IppValue; attribute: IppAttribute }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small", maxDepth: 6 },
    { arbitrary: simple, weight: 6 },
    {
      arbitrary: fc
        .array(tie("attribute"), { maxLength: 3 })
        .map((members): IppValue => ({ tag: "collection", members })),
      weight: 1,
    },
  ),
  attribute: fc.record({ name, values: fc.array(tie("value"), { minLength: 1, maxLength: 3 }) }),
}));
const attribute: fc.Arbitrary<IppAttribute> = fc.record({
  name,
  values: fc.array(value, { minLength: 1, maxLength: 4 }),
});
const message: fc.Arbitrary<IppMessage> = fc.record({
  version: fc.tuple(fc.integer({ min: 0, max: 127 }), fc.integer({ min: 0, max: 127 })),
  code: fc.integer({ min: 0, max: 0x7fff }),
  requestId: int32,
  groups: fc.array(
    fc.record({
      tag: fc.constantFrom(...Object.values(GROUP), 0x00, 0x0f),
      attributes: fc.array(attribute, { maxLength: 4 }),
    }),
    { maxLength: 4 },
  ),
});

describe("what is encoded is decoded again", () => {
  test("every message, with the document behind it", () => {
    fc.assert(
      fc.property(message, bytes, (sent, document) => {
        const decoded = assertOk(decodeMessage(concat([encodeMessage(sent), document])), "decode");
        expect(decoded.message).toEqual(sent);
        expect(decoded.document).toEqual(document);
      }),
    );
  });

  test("and what is decoded from our own bytes is written back byte for byte", () => {
    fc.assert(
      fc.property(message, (sent) => {
        const first = encodeMessage(sent);
        const again = encodeMessage(assertOk(decodeMessage(first), "decode").message);
        expect(toHex(again)).toBe(toHex(first));
      }),
    );
  });
});

describe("bytes on the wire", () => {
  test("the beginning of RFC 8010's first example, Print-Job", () => {
    const request: IppMessage = {
      version: [1, 1],
      code: 0x0002,
      requestId: 1,
      groups: [
        {
          tag: GROUP.operation,
          attributes: [
            { name: "attributes-charset", values: [{ tag: "charset", value: "utf-8" }] },
            { name: "attributes-natural-language", values: [{ tag: "naturalLanguage", value: "en-us" }] },
          ],
        },
        {
          tag: GROUP.job,
          attributes: [
            { name: "copies", values: [{ tag: "integer", value: 20 }] },
            { name: "sides", values: [{ tag: "keyword", value: "two-sided-long-edge" }] },
          ],
        },
      ],
    };
    const ascii = (words: string) => toHex(new TextEncoder().encode(words));
    expect(toHex(encodeMessage(request))).toBe(
      [
        "0101 0002 00000001 01",
        `47 0012 ${ascii("attributes-charset")} 0005 ${ascii("utf-8")}`,
        `48 001b ${ascii("attributes-natural-language")} 0005 ${ascii("en-us")}`,
        "02",
        `21 0006 ${ascii("copies")} 0004 00000014`,
        `44 0005 ${ascii("sides")} 0013 ${ascii("two-sided-long-edge")}`,
        "03",
      ]
        .join("")
        .replaceAll(" ", ""),
    );
  });

  test("a set and a collection: further values and members have no name", () => {
    const decoded = decodeMessage(
      fromHex(
        `0200 0000 00000007 04
         44 0001 61 0001 78  44 0000 0001 79
         34 0001 62 0000  4a 0000 0001 63  21 0000 0004 00000001  21 0000 0004 00000002  37 0000 0000
         03`,
      ),
    );
    expect(decoded).toMatchObject({
      ok: true,
      value: {
        message: {
          requestId: 7,
          groups: [
            {
              tag: GROUP.printer,
              attributes: [
                {
                  name: "a",
                  values: [
                    { tag: "keyword", value: "x" },
                    { tag: "keyword", value: "y" },
                  ],
                },
                { name: "b", values: [{ members: [{ name: "c", values: [{ value: 1 }, { value: 2 }] }] }] },
              ],
            },
          ],
        },
      },
    });
  });

  test("text that is no UTF-8 is read as ISO 8859-1", () => {
    expect(decodeMessage(fromHex("0200 0000 00000001 04 41 0001 61 0003 41f16f 03"))).toMatchObject({
      value: { message: { groups: [{ attributes: [{ values: [{ value: "Año" }] }] }] } },
    });
  });
});

describe("bytes that are no message", () => {
  const head = "0200 0000 00000001";
  test.each([
    ["nothing", "", "too-short"],
    ["half a header", "0200 00", "too-short"],
    ["no end of attributes", head, "too-short"],
    ["a value before the first group", `${head} 21 0001 61 0004 00000001 03`, "bad-order"],
    ["a further value before the first attribute", `${head} 01 21 0000 0004 00000001 03`, "bad-order"],
    ["a length beyond the end", `${head} 01 44 0001 61 7fff 78 03`, "too-short"],
    ["a negative length", `${head} 01 44 ffff 61 0001 78 03`, "bad-length"],
    ["an integer of two bytes", `${head} 01 21 0001 61 0002 0001 03`, "bad-value"],
    ["a boolean that is neither", `${head} 01 22 0001 61 0001 02 03`, "bad-value"],
    ["a text whose language is longer than itself", `${head} 01 35 0001 61 0004 00050000 03`, "bad-value"],
    ["a name with a control character", `${head} 01 44 0001 0a 0001 78 03`, "bad-value"],
    ["a collection without end", `${head} 01 34 0001 61 0000 03`, "bad-order"],
    ["the end of a collection outside of one", `${head} 01 37 0001 61 0000 03`, "bad-order"],
    ["a member without value", `${head} 01 34 0001 61 0000 4a 0000 0001 62 37 0000 0000 03`, "bad-order"],
    ["a member's value without name", `${head} 01 34 0001 61 0000 21 0000 0004 00000001 37 0000 0000 03`, "bad-order"],
  ])("%s", (_name, hex, fault) => expect(decodeMessage(fromHex(hex))).toMatchObject({ ok: false, error: { fault } }));

  test("collections nested deeper than the limit", () => {
    const nested = (depth: number): IppValue =>
      depth === 0 ? { tag: "no-value" } : { tag: "collection", members: [{ name: "a", values: [nested(depth - 1)] }] };
    const bomb = (depth: number) =>
      encodeMessage({
        version: [2, 0],
        code: 0,
        requestId: 1,
        groups: [{ tag: GROUP.printer, attributes: [{ name: "a", values: [nested(depth)] }] }],
      });
    expect(decodeMessage(bomb(DEFAULT_LIMITS.nesting))).toMatchObject({ ok: true });
    expect(decodeMessage(bomb(DEFAULT_LIMITS.nesting + 1))).toMatchObject({ error: { fault: "too-much" } });
    expect(decodeMessage(bomb(5_000))).toMatchObject({ error: { fault: "too-much" } });
  });

  test("more values, groups or bytes than the limit", () => {
    const values = concat([fromHex(`${head} 01`), ...Array.from({ length: 50_001 }, () => fromHex("13 0001 61 0000"))]);
    expect(decodeMessage(concat([values, fromHex("03")]))).toMatchObject({ error: { fault: "too-much" } });
    const groups = concat([fromHex(head), new Uint8Array(1_025).fill(1), fromHex("03")]);
    expect(decodeMessage(groups)).toMatchObject({ error: { fault: "too-much" } });
    const long = concat([fromHex("41 0001 61 7fff"), new Uint8Array(0x7fff)]);
    const large = concat([fromHex(`${head} 01`), ...Array.from({ length: 33 }, () => long), fromHex("03")]);
    expect(decodeMessage(large)).toMatchObject({ error: { fault: "too-much" } });
  });
});

test.each<[string, Partial<IppMessage>]>([
  ["a version beyond a signed byte", { version: [200, 0] }],
  ["a code beyond a signed short", { code: 0x8000 }],
  ["a group that is the end", { groups: [{ tag: 3, attributes: [] }] }],
  ["an attribute without values", { groups: [{ tag: 1, attributes: [{ name: "a", values: [] }] }] }],
  ["a name that is no ASCII", { groups: [{ tag: 1, attributes: [{ name: "ñ", values: [{ tag: "no-value" }] }] }] }],
  ["a number beyond 32 bits", { requestId: 2 ** 31 }],
  [
    "a text beyond 32767 bytes",
    { groups: [{ tag: 1, attributes: [{ name: "a", values: [{ tag: "keyword", value: "x".repeat(32_768) }] }] }] },
  ],
])("%s is refused before it is written", (_name, wrong) => {
  expect(() => encodeMessage({ version: [2, 0], code: 0, requestId: 1, groups: [], ...wrong })).toThrow(RangeError);
});
