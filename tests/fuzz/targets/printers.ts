import { isDeepStrictEqual } from "node:util";
import { fromLatin1, toLatin1 } from "../../../base/bytes/bytes.ts";
import { decodeMessage } from "../../../drivers/page-printer/ipp/decode.ts";
import { encodeMessage } from "../../../drivers/page-printer/ipp/encode.ts";
import { GROUP, type IppAttribute, type IppValue } from "../../../drivers/page-printer/ipp/message.ts";
import { type PrinterMessage, PrinterParser } from "../../../drivers/receipt-printer/parser.ts";
import {
  ASB_ERROR,
  ASB_PRINTER,
  BUFFERED_PAPER,
  PRINTER_STATUS,
} from "../../../drivers/receipt-printer/status-bits.ts";
import type { Random } from "../../usb-lab/inside/random.ts";
import { between, demand, pick, randomBytes, type Target } from "../target.ts";
import { streamTarget } from "./stream.ts";

/** After so many zero bytes no message of a receipt printer is under way any more, whichever it was. */
const QUIET = new Uint8Array(6);

function receiptPrinter(automatic: "asb" | "full-status"): Target {
  return streamTarget<PrinterMessage>({
    name: `receipt-printer-${automatic}`,
    sources: ["drivers/receipt-printer/parser.ts"],
    dictionary: [0x00, 0x0f, 0x10, 0x11, 0x12, 0x13, 0x22, 0x37, 0x5f, 0x16, 0x1c],
    longest: 4_000,
    make: () => {
      const parser = new PrinterParser(automatic);
      return {
        push: (bytes) => parser.push(bytes),
        recover: () => void parser.push(QUIET),
        counts: () => parser.dropped,
      };
    },
    frame: (random) => {
      const item = printerMessage(random, automatic);
      return { bytes: bytesOf(item), item };
    },
    size: (item) => bytesOf(item).length,
    again: bytesOf,
    foundUnaided: 0,
  });
}

function printable(random: Random, length: number): string {
  return fromLatin1(randomBytes(random, length).map((byte) => 0x20 + (byte % 0x5f)));
}

function printerMessage(random: Random, automatic: "asb" | "full-status"): PrinterMessage {
  const flags = () => between(random, 0, 0xff);
  switch (between(random, 0, 5)) {
    case 0:
      return { type: "realtime", byte: PRINTER_STATUS.encode(PRINTER_STATUS.decode(flags())) };
    case 1:
      return { type: "buffered-status", byte: BUFFERED_PAPER.encode(BUFFERED_PAPER.decode(flags())) };
    case 2:
      return { type: "process-id", id: printable(random, 4) };
    case 3:
      return { type: "identity", text: printable(random, between(random, 0, 40)) };
    case 4:
      return { type: "flow", hold: random() < 0.5 };
    default:
      return automatic === "asb" ? asb(random) : fullStatus(random);
  }
}

function asb(random: Random): PrinterMessage {
  const following = () => ASB_ERROR.encode(ASB_ERROR.decode(between(random, 0, 0xff)));
  const first = ASB_PRINTER.encode(ASB_PRINTER.decode(between(random, 0, 0xff)));
  return { type: "asb", bytes: [first, following(), following(), following()] };
}

function fullStatus(random: Random): PrinterMessage {
  const selector = between(random, 1, 0x0f);
  const count = [1, 2, 4, 8].filter((bit) => (selector & bit) !== 0).length;
  // XON and XOFF would be taken out of it, as on a real line.
  const bytes = Array.from({ length: count }, () => between(random, 0x20, 0xff));
  return { type: "full-status", selector, bytes };
}

function bytesOf(message: PrinterMessage): Uint8Array {
  switch (message.type) {
    case "realtime":
    case "buffered-status":
      return Uint8Array.of(message.byte);
    case "asb":
      return Uint8Array.from(message.bytes);
    case "process-id":
      return Uint8Array.of(0x37, 0x22, ...toLatin1(message.id), 0x00);
    case "identity":
      return Uint8Array.of(0x5f, ...toLatin1(message.text), 0x00);
    case "full-status":
      return Uint8Array.of(0x10, message.selector, ...message.bytes);
    case "flow":
      return Uint8Array.of(message.hold ? 0x13 : 0x11);
  }
}

/** Answers of page printers: whatever the bytes there is an answer, no larger than they are, and what is understood means the same again. */
const ipp: Target = {
  name: "ipp",
  sources: ["drivers/page-printer/ipp/decode.ts"],
  dictionary: [0x01, 0x02, 0x03, 0x04, 0x10, 0x13, 0x21, 0x22, 0x23, 0x33, 0x34, 0x35, 0x37, 0x41, 0x44, 0x4a, 0x7f],
  longest: 40_000,
  honest: (random) =>
    encodeMessage({
      version: [2, 0],
      code: 0,
      requestId: between(random, 1, 1_000),
      groups: [GROUP.operation, GROUP.printer].map((tag) => ({
        tag,
        attributes: Array.from({ length: between(random, 1, 5) }, () => attribute(random, 0)),
      })),
    }),
  check: (input) => {
    const decoded = decodeMessage(input);
    if (!decoded.ok) {
      demand(decoded.error.at <= input.length, "the fault lies behind the end");
      return;
    }
    const { message, document } = decoded.value;
    // Every value has at least five bytes on the wire and at most ten nodes here.
    demand(nodes(message.groups) <= 16 + 4 * input.length, "larger than its bytes");
    demand(document.length <= input.length, "a document out of nothing");
    const again = decodeMessage(encodeMessage(message));
    demand(
      again.ok && isDeepStrictEqual(again.value.message, message),
      "what was understood means something else again",
    );
  },
};

function attribute(random: Random, depth: number): IppAttribute {
  const values = Array.from({ length: between(random, 1, 3) }, () => ippValue(random, depth));
  return { name: pick(random, ["printer-state", "media-supported", "media-col", "x"]), values };
}

function ippValue(random: Random, depth: number): IppValue {
  const number = () => between(random, -0x80000000, 0x7fffffff);
  const text = printable(random, between(random, 0, 30));
  const values: readonly IppValue[] = [
    { tag: "integer", value: number() },
    { tag: "enum", value: between(random, 3, 5) },
    { tag: "boolean", value: random() < 0.5 },
    { tag: "keyword", value: text },
    { tag: "textWithLanguage", language: "es", value: text },
    { tag: "rangeOfInteger", from: number(), to: number() },
    { tag: "resolution", cross: 600, feed: 600, units: 3 },
    { tag: "dateTime", value: randomBytes(random, 11) },
    { tag: "no-value" },
    { tag: "octetString", value: randomBytes(random, between(random, 0, 30)) },
  ];
  if (depth > 2 || random() < 0.8) return pick(random, values);
  return { tag: "collection", members: [attribute(random, depth + 1), attribute(random, depth + 1)] };
}

function nodes(value: unknown): number {
  if (value instanceof Uint8Array || typeof value !== "object" || value === null) return 1;
  return Object.values(value).reduce((sum: number, inner) => sum + nodes(inner), 1);
}

export const PRINTERS: readonly Target[] = [receiptPrinter("asb"), receiptPrinter("full-status"), ipp];
