import fc from "fast-check";
import { expect, test } from "vitest";
import { concat, fromLatin1 } from "../../base/bytes/bytes.ts";
import { type Command, readCommand } from "../../simulators/receipt-printer/commands.ts";
import type { ReceiptBlock } from "./document.ts";
import { encodeTicket } from "./encoder.ts";
import { CUSTOM_VKP80, EPSON_TM } from "./profile.ts";
import { RECEIPT_PRINTER_REDACTION } from "./redaction.ts";

/** Nothing of it may be left: `K` and `7` stand for all letters and digits. */
const personal = fc.stringMatching(/^[K7 ñÑá.-]{1,40}$/);
const block: fc.Arbitrary<ReceiptBlock> = fc.oneof(
  fc.record({ type: fc.constant("text" as const), text: personal, size: fc.constantFrom(1, 2), bold: fc.boolean() }),
  fc.record({ type: fc.constant("pair" as const), label: personal, value: personal }),
  fc.record({ type: fc.constant("qr" as const), data: fc.stringMatching(/^[K7ñ]{1,60}$/) }),
  fc.record({
    type: fc.constant("barcode" as const),
    symbology: fc.constant("code128" as const),
    data: fc.stringMatching(/^[K7{]{1,10}$/),
  }),
  fc
    .uint8Array({ minLength: 30, maxLength: 30 })
    .map((bits) => ({ type: "raster" as const, width: 24, height: 10, bits: bits.map((byte) => byte | 0x40) })),
);

function commandsOf(bytes: Uint8Array): Command[] {
  const commands: Command[] = [];
  for (let rest = bytes; rest.length > 0; ) {
    const read = readCommand(rest);
    if (read === undefined) throw new Error("half a command");
    commands.push(read.command);
    rest = rest.slice(read.length);
  }
  return commands;
}

/** A command without what it carries of the ticket, and that. */
function apart(command: Command): readonly [unknown, Uint8Array | undefined] {
  if (command.type === "text") return [{ type: "text", length: command.bytes.length }, command.bytes];
  if (command.type === "qr-store" || command.type === "barcode" || command.type === "raster") {
    const { data, ...rest } = command;
    return [{ ...rest, length: data.length }, data];
  }
  return [command, undefined];
}

test.each([EPSON_TM, CUSTOM_VKP80])(
  "of a ticket for $model no text, symbol or picture is left, and every command is",
  (profile) => {
    fc.assert(
      fc.property(fc.array(block, { maxLength: 6 }), fc.nat(), (blocks, cut) => {
        const ticket = encodeTicket({ blocks }, profile);
        if (!ticket.ok) throw new Error(ticket.error.message);
        const bytes = concat(ticket.value.commands);
        const mask = RECEIPT_PRINTER_REDACTION().out;
        const at = cut % bytes.length;
        const masked = concat([mask(bytes.slice(0, at)), mask(bytes.slice(at))]);
        const before = commandsOf(bytes).map(apart);
        const after = commandsOf(masked).map(apart);
        expect(after.map(([rest]) => rest)).toEqual(before.map(([rest]) => rest));
        for (const [, content] of after) expect(fromLatin1(content ?? new Uint8Array())).not.toMatch(/[K7]/);
      }),
    );
  },
);

test("status requests and the process id stay, also what the printer says", () => {
  const bytes = Uint8Array.of(0x10, 4, 1, 0x1d, 0x28, 0x48, 6, 0, 0x30, 0x30, 0x41, 0x42, 0x31, 0x32, 0x1d, 0x72, 1);
  expect(RECEIPT_PRINTER_REDACTION().out(bytes)).toEqual(bytes);
  const said = Uint8Array.of(0x12, 0x37, 0x22, 0x41, 0x42, 0x31, 0x32, 0);
  expect(RECEIPT_PRINTER_REDACTION().in(said)).toEqual(said);
});

test("a command that nobody knows hides what follows as text", () => {
  const bytes = Uint8Array.of(0x1b, 0x7e, 0x4b, 0x37, 0x1d, 0x28, 0x5a, 2, 0, 0x4b, 0x37, 0x4b);
  expect([...RECEIPT_PRINTER_REDACTION().out(bytes)]).toEqual([
    ...[0x1b, 0x7e, 0x58, 0x30, 0x1d, 0x28, 0x5a, 2, 0, 0x58, 0x30, 0x58],
  ]);
});

test("whatever the bytes, there are as many afterwards", () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 30 })), (parts) => {
      const mask = RECEIPT_PRINTER_REDACTION().out;
      for (const part of parts) expect(mask(part)).toHaveLength(part.length);
    }),
  );
});
