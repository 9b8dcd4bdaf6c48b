import ReceiptPrinterEncoder from "@point-of-sale/receipt-printer-encoder";
import { encode as encodeQr } from "uqr";
import { concat } from "../../base/bytes/bytes.ts";
import { type CodedError, coded } from "../../base/registry/coded-error.ts";
import { err, ok, type Result } from "../../base/result.ts";
import type { ReceiptBlock, ReceiptDocument } from "./document.ts";
import { pairLines, wrap } from "./layout.ts";
import type { PrinterProfile } from "./profile.ts";
import { rasterCommands } from "./raster.ts";

/** A ticket as bytes. */
export type EncodedTicket = {
  /**
   * Whole commands, in order. Nothing but a whole command may stand between two status requests: a request inside
   * another command's data is taken for data.
   */
  readonly commands: readonly Uint8Array[];
  /** Length of paper, dots; an estimate from above, for deadlines. */
  readonly length: number;
};

type BlockError = CodedError<"printer.bad-document">;
type Block<T extends ReceiptBlock["type"]> = Extract<ReceiptBlock, { type: T }>;

/** Dots from one line to the next at `ESC 2` [M], single height. */
const LINE = 30;
const BARCODE_HEIGHT = 80;
const QR_MODULE = 6;
/** Below three dots (0.375 mm) a module is too small for phones to read reliably. */
const QR_SMALLEST_MODULE = 3;
const MAX_FEED = 255;
/**
 * What the IBM code pages draw at 01–1F and 7F. The encoder's tables give these positions for them, where a printer
 * reads ESC, GS, DLE…: an arrow in a text would be a command.
 */
const LOW_GLYPH = /([☺☻♥♦♣♠•◘○◙♂♀♪♫☼►◄↕‼¶§▬↨↑↓→←∟↔▲▼⌂])/;
/** Those that CP858 has a second time above 7F. */
const CP858_HIGH: { readonly [character: string]: number } = { "§": 0xf5, "¶": 0xf4 };

/**
 * Turns a document into ESC/POS by `profile`. Text, styles, code pages and bar codes come from the
 * receipt-printer-encoder package; layout (wrapping, pairs), QR (it would encode Latin-1, phones expect UTF-8), raster
 * and the end of the ticket are ours.
 *
 * @returns `printer.bad-document` naming the block that this printer cannot print.
 */
export function encodeTicket(document: ReceiptDocument, profile: PrinterProfile): Result<EncodedTicket, BlockError> {
  const commands: Uint8Array[] = [libraryEncoder(profile).initialize().encode()];
  let length = 0;
  for (const [index, block] of document.blocks.entries()) {
    const encoded = encodeBlock(block, profile);
    if (!encoded.ok) return err(coded("printer.bad-document", `block ${index}: ${encoded.error}`));
    commands.push(...encoded.value.commands);
    length += encoded.value.length;
  }
  if (profile.cut !== undefined) {
    commands.push(Uint8Array.of(0x1b, 0x64, profile.feedBeforeCut), Uint8Array.from(profile.cut));
    length += profile.feedBeforeCut * LINE;
  }
  if (profile.presenter !== undefined) commands.push(Uint8Array.from(profile.presenter.present));
  return ok({ commands, length });
}

function encodeBlock(block: ReceiptBlock, profile: PrinterProfile): Result<EncodedTicket, string> {
  switch (block.type) {
    case "text":
      return ok(encodeText(block, profile));
    case "pair": {
      const style = { type: "text", bold: block.bold ?? false } as const;
      return ok(joined(pairLines(block.label, block.value, profile.columns).map((text) => line(text, style, profile))));
    }
    case "rule":
      return ok(joined([line("-".repeat(profile.columns), { type: "text" }, profile)]));
    case "feed":
      if (!Number.isInteger(block.lines) || block.lines < 0 || block.lines > MAX_FEED)
        return err(`feed of ${block.lines} lines`);
      return ok({ commands: [Uint8Array.of(0x1b, 0x64, block.lines)], length: block.lines * LINE });
    case "qr":
      return encodeQrBlock(block, profile);
    case "barcode":
      return encodeBarcode(block, profile);
    case "raster":
      return encodeRaster(block, profile);
  }
}

function encodeText(block: Block<"text">, profile: PrinterProfile): EncodedTicket {
  const width = Math.floor(profile.columns / (block.size ?? 1));
  return joined(wrap(block.text, width).map((text) => line(text, block, profile)));
}

function line(text: string, style: Omit<Block<"text">, "text">, profile: PrinterProfile): EncodedTicket {
  const { align = "left", bold = false, size = 1 } = style;
  const encoder = libraryEncoder(profile).codepage(profile.codePage.name).align(align).bold(bold).size(size, size);
  for (const part of text.split(LOW_GLYPH)) {
    if (profile.codePage.name === "cp858" && LOW_GLYPH.test(part)) encoder.raw([CP858_HIGH[part] ?? 0x3f]);
    else if (part !== "") encoder.text(part);
  }
  return { commands: [encoder.newline().encode()], length: LINE * size };
}

function encodeQrBlock(block: Block<"qr">, profile: PrinterProfile): Result<EncodedTicket, string> {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused
  if (block.data.length === 0 || /[\u0000-\u001f\u007f]/.test(block.data)) return err("QR data empty or with controls");
  const data = new TextEncoder().encode(block.data);
  const modules = qrModules(data);
  if (modules === undefined) return err(`QR data of ${data.length} bytes`);
  const size = Math.min(block.moduleSize ?? QR_MODULE, Math.floor(profile.dots / modules), 16);
  if (size < QR_SMALLEST_MODULE) return err(`QR of ${modules} modules does not fit ${profile.dots} dots`);
  const store = data.length + 3;
  const bytes = [
    centred(true),
    qr([0x04, 0x00, 0x31, 0x41, 0x32, 0x00]),
    qr([0x03, 0x00, 0x31, 0x43, size]),
    qr([0x03, 0x00, 0x31, 0x45, 0x31]),
    concat([qr([store & 0xff, store >> 8, 0x31, 0x50, 0x30]), data]),
    qr([0x03, 0x00, 0x31, 0x51, 0x30]),
    centred(false),
  ];
  return ok({ commands: bytes, length: modules * size });
}

function qr(parameters: readonly number[]): Uint8Array {
  return Uint8Array.of(0x1d, 0x28, 0x6b, ...parameters);
}

function centred(on: boolean): Uint8Array {
  return Uint8Array.of(0x1b, 0x61, on ? 1 : 0);
}

/**
 * Modules on a side at error correction M, which is what the printer will choose; `undefined` when it is too long for a
 * QR.
 */
function qrModules(data: Uint8Array): number | undefined {
  try {
    // Any mask: choosing the best one is the printer's work, and most of the time that it takes.
    return encodeQr([...data], { ecc: "M", boostEcc: false, border: 0, maskPattern: 0 }).size;
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function encodeBarcode(block: Block<"barcode">, profile: PrinterProfile): Result<EncodedTicket, string> {
  if (!/^[\x20-\x7e]+$/.test(block.data)) return err("CODE128 takes printable ASCII only");
  // Start, check and data are 11 modules each, stop is 13.
  const modules = (block.data.length + 2) * 11 + 13;
  const width = [2, 1].find((candidate) => (candidate + 1) * modules <= profile.dots);
  if (width === undefined) return err(`CODE128 of ${block.data.length} characters does not fit ${profile.dots} dots`);
  const encoder = libraryEncoder(profile).align("center");
  // `{` begins a code set selection; a brace in the data is written twice.
  encoder.barcode(`{B${block.data.replaceAll("{", "{{")}`, "code128", { height: BARCODE_HEIGHT, width, text: "below" });
  return ok({ commands: [encoder.encode()], length: BARCODE_HEIGHT + 2 * LINE });
}

function encodeRaster(block: Block<"raster">, profile: PrinterProfile): Result<EncodedTicket, string> {
  const { width, height, bits } = block;
  if (!Number.isInteger(width) || width < 1 || width > profile.dots) return err(`raster of ${width} dots`);
  if (!Number.isInteger(height) || height < 1) return err(`raster of ${height} rows`);
  if (bits.length !== Math.ceil(width / 8) * height) return err(`raster of ${bits.length} bytes`);
  return ok({ commands: [centred(true), ...rasterCommands(width, height, bits), centred(false)], length: height });
}

function joined(parts: readonly EncodedTicket[]): EncodedTicket {
  return {
    commands: parts.flatMap(({ commands }) => commands),
    length: parts.reduce((sum, { length }) => sum + length, 0),
  };
}

function libraryEncoder(profile: PrinterProfile): ReceiptPrinterEncoder {
  const { name, number } = profile.codePage;
  return new ReceiptPrinterEncoder({
    language: "esc-pos",
    columns: profile.columns,
    codepageMapping: { [name]: number },
    newline: "\n",
    feedBeforeCut: 0,
  });
}
