import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { concat, toHex } from "../../base/bytes/bytes.ts";
import { assertOk } from "../../base/result.ts";
import { type Command, readCommand } from "../../simulators/receipt-printer/commands.ts";
import type { ReceiptBlock } from "./document.ts";
import { parseDocument } from "./document-json.ts";
import { encodeTicket } from "./encoder.ts";
import { chunks } from "./job.ts";
import { CUSTOM_VKP80, EPSON_TM, type PrinterProfile } from "./profile.ts";

function encode(blocks: readonly ReceiptBlock[], profile: PrinterProfile = EPSON_TM): Uint8Array {
  return concat(assertOk(encodeTicket({ blocks }, profile), "encode").commands);
}

function hex(blocks: readonly ReceiptBlock[], profile?: PrinterProfile): string {
  return toHex(encode(blocks, profile));
}

function printed(text: string, profile: PrinterProfile): string {
  const commands = commandsIn(encode([{ type: "text", text }], profile));
  return toHex(concat(commands.flatMap((command) => (command.type === "text" ? [command.bytes] : []))));
}

function commandsIn(bytes: Uint8Array): Command[] {
  const commands: Command[] = [];
  for (let rest = bytes; rest.length > 0; ) {
    const next = readCommand(rest);
    if (next === undefined) throw new Error(`unfinished command ${toHex(rest)}`);
    commands.push(next.command);
    rest = rest.subarray(next.length);
  }
  return commands;
}

describe("text", () => {
  test("Spanish in WPC1252 and in CP858, each with the profile's number", () => {
    expect(hex([{ type: "text", text: "ñÁÉ¿¡€ü°" }])).toContain("1b7410f1c1c9bfa180fcb00a");
    expect(hex([{ type: "text", text: "ñÁÉ¿¡€ü°" }], CUSTOM_VKP80)).toContain("1b7413a4b590a8add581f80a");
  });

  test("a character that the code page lacks is a question mark, never another character", () => {
    expect(hex([{ type: "text", text: "日😀" }])).toContain("1b74103f3f0a");
  });

  test("a character that an IBM code page draws at a control position never becomes that control", () => {
    expect(printed("a←b☺►↔", CUSTOM_VKP80)).toBe("613f623f3f3f");
    expect(printed("§5 ¶", CUSTOM_VKP80)).toBe("f53520f4");
    expect(printed("§5 ¶←", EPSON_TM)).toBe("a73520b63f");
  });

  test("double size halves the columns", () => {
    const lines = commandsIn(encode([{ type: "text", text: "x".repeat(25), size: 2 }])).filter(
      ({ type }) => type === "text",
    );
    expect(lines).toMatchObject([{ bytes: { length: 24 } }, { bytes: { length: 1 } }]);
  });

  test("no text can act as a command", () => {
    const own = new Set(["initialise", "code-page", "style", "line-feed", "feed", "cut", "text"]);
    const nasty = fc.string({
      unit: fc.oneof(
        fc.constantFrom("\x10", "\x04", "\x14", "\x1b", "\x1d", "@", "\x00", "\x7f", "\x9b"),
        fc.constantFrom(..."☺☻♥♦♣♠•◘○◙♂♀♪♫☼►◄↕‼¶§▬↨↑↓→←∟↔▲▼⌂"),
        fc.string({ unit: "binary", minLength: 1, maxLength: 1 }),
      ),
    });
    fc.assert(
      fc.property(nasty, nasty, nasty, fc.constantFrom(EPSON_TM, CUSTOM_VKP80), (text, label, value, profile) => {
        const blocks: ReceiptBlock[] = [
          { type: "text", text, bold: true, align: "center" },
          { type: "text", text, size: 2, align: "right" },
          { type: "pair", label, value },
        ];
        const commands = commandsIn(encode(blocks, profile));
        for (const command of commands) {
          if (command.type === "text") expect(command.bytes.every((byte) => byte >= 0x20 && byte !== 0x7f)).toBe(true);
          else if (command.type === "ignored") expect(["1c2e", "1b4d00"]).toContain(toHex(command.bytes));
          else expect(command.type === "presenter" || own.has(command.type)).toBe(true);
        }
      }),
    );
  });
});

describe("codes and pictures", () => {
  test("CODE128 is printed in code set B, and a brace is written twice", () => {
    expect(hex([{ type: "barcode", symbology: "code128", data: "A{1" }])).toContain("1d6b49067b42417b7b31");
  });

  test("a CODE128 that is too long for the paper, or not ASCII, is refused before anything is sent", () => {
    for (const data of ["x".repeat(30), "ñ", "", "a\x1b@"])
      expect(encodeTicket({ blocks: [{ type: "barcode", symbology: "code128", data }] }, EPSON_TM)).toMatchObject({
        ok: false,
        error: { code: "printer.bad-document", message: expect.stringContaining("block 0") },
      });
  });

  test("QR data are UTF-8, with length, error correction M and the module size that fits", () => {
    const bytes = hex([{ type: "qr", data: "año" }]);
    expect(bytes).toContain("1d286b0300314306");
    expect(bytes).toContain("1d286b0300314531");
    expect(bytes).toContain("1d286b070031503061c3b16f");
    expect(hex([{ type: "qr", data: "x".repeat(600), moduleSize: 8 }])).toContain("1d286b0300314306");
    expect(encodeTicket({ blocks: [{ type: "qr", data: "x".repeat(5_000) }] }, EPSON_TM)).toMatchObject({ ok: false });
  });

  test("a raster whose bits are not as many as its size says is refused", () => {
    const block = { type: "raster", width: 9, height: 2, bits: new Uint8Array(3) } as const;
    expect(encodeTicket({ blocks: [block] }, EPSON_TM)).toMatchObject({ ok: false });
  });

  test("raster data are sent as they are, in bands", () => {
    const bits = Uint8Array.from({ length: 2 * 40 }, (_, index) => 0x80 | index);
    const rasters = commandsIn(encode([{ type: "raster", width: 16, height: 40, bits }])).filter(
      (command) => command.type === "raster",
    );
    expect(rasters.map(({ rows }) => rows)).toEqual([16, 16, 8]);
    expect(concat(rasters.map(({ data }) => data))).toEqual(bits);
  });

  test("raster data that would be a real-time command lose it by one dot, and nothing else", () => {
    const bits = Uint8Array.of(0x10, 0x04, 0x10, 0x05, 0x10, 0x14, 0x10, 0x10, 0x04, 0x10);
    const [raster] = commandsIn(encode([{ type: "raster", width: 80, height: 1, bits }])).filter(
      (command) => command.type === "raster",
    );
    expect(raster && toHex(raster.data)).toBe("18041805181410180410");
  });
});

const block: fc.Arbitrary<ReceiptBlock> = fc.oneof(
  fc.record({ type: fc.constant("text" as const), text: fc.string({ unit: "binary" }) }),
  fc.record({ type: fc.constant("feed" as const), lines: fc.integer({ min: 0, max: 255 }) }),
  fc.record({ type: fc.constant("qr" as const), data: fc.stringMatching(/^[ -~]{1,300}$/) }),
  fc.record({
    type: fc.constant("barcode" as const),
    symbology: fc.constant("code128" as const),
    data: fc.stringMatching(/^[ -~]{1,18}$/),
  }),
  fc.tuple(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 20 })).chain(([rowBytes, height]) =>
    fc
      .array(fc.constantFrom(0x10, 0x04, 0x05, 0x14, 0x01, 0xff), {
        minLength: rowBytes * height,
        maxLength: rowBytes * height,
      })
      .map((bits) => ({ type: "raster" as const, width: rowBytes * 8, height, bits: Uint8Array.from(bits) })),
  ),
);

test("no ticket holds the beginning of a real-time command anywhere", () => {
  fc.assert(
    fc.property(fc.array(block, { maxLength: 5 }), fc.constantFrom(EPSON_TM, CUSTOM_VKP80), (blocks, profile) => {
      const encoded = encodeTicket({ blocks }, profile);
      if (!encoded.ok) return;
      expect(toHex(concat(encoded.value.commands)).match(/^(..)*?10(04|05|14)/)).toBeNull();
    }),
  );
});

test("every element of an encoded ticket is whole commands, so that status can be asked between any two writes", () => {
  fc.assert(
    fc.property(fc.array(block, { maxLength: 5 }), fc.integer({ min: 1, max: 600 }), (blocks, size) => {
      const encoded = encodeTicket({ blocks }, EPSON_TM);
      if (!encoded.ok) return;
      const writes = [...chunks(encoded.value.commands, size)];
      for (const write of writes) expect(() => commandsIn(write)).not.toThrow();
      expect(concat(writes)).toEqual(concat(encoded.value.commands));
    }),
  );
});

test("a ticket as JSON: raster in base64, and an error that names the field", () => {
  expect(parseDocument('{"blocks":[{"type":"raster","width":8,"height":1,"bits":"/w=="}]}')).toEqual({
    ok: true,
    value: { blocks: [{ type: "raster", width: 8, height: 1, bits: Uint8Array.of(0xff) }] },
  });
  expect(parseDocument('{"blocks":[{"type":"feed","lines":-1}]}')).toMatchObject({
    ok: false,
    error: { code: "common.bad-input", message: expect.stringContaining("blocks.0.lines") },
  });
  expect(parseDocument("{")).toMatchObject({ ok: false, error: { code: "common.bad-input" } });
});
