import { deepStrictEqual } from "node:assert/strict";
import { createRequire } from "node:module";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { parse } from "mrz";
import { BreakLine, CharacterSet, PrinterTypes, ThermalPrinter } from "node-thermal-printer";
import { concat, fromLatin1, toLatin1 } from "../../base/bytes/bytes.ts";
import { makeMrz, parseMrz } from "../../base/icao/mrz.ts";
import { assertOk } from "../../base/result.ts";
import { decodeApdu, encodeApdu } from "../../drivers/framing/apdu-stream.ts";
import { encodeFrame, StxEtxLrcReader } from "../../drivers/framing/stx-etx-lrc.ts";
import { decodeMessage } from "../../drivers/page-printer/ipp/decode.ts";
import { encodeMessage } from "../../drivers/page-printer/ipp/encode.ts";
import { GROUP } from "../../drivers/page-printer/ipp/message.ts";
import { autoservicioSaleResponse } from "../../drivers/payment-terminal/transbank/messages.ts";
import { saleCodec, saleResult } from "../../drivers/payment-terminal/transbank/sale-response.ts";
import { decodeBitmaps } from "../../drivers/payment-terminal/zvt/bitmaps.ts";
import { bitmapCommand, CONTROL } from "../../drivers/payment-terminal/zvt/messages.ts";
import { encodeTicket } from "../../drivers/receipt-printer/encoder.ts";
import { EPSON_TM } from "../../drivers/receipt-printer/profile.ts";
import { type Figures, median, round } from "./figures.ts";

const ROUNDS = 7;
/** Processor time of one measurement, milliseconds. */
const AT_LEAST = 150;
/** Of one document, before anything is measured: the compiler has done its work. */
const WARM_UP = 3_000;
/** A figure without peer must be this much faster than a line of 115 200 bit/s with 8N1, MB a second. */
const LINE_LIMIT = 100 * 0.011_52;
const PEER_LIMIT = 1;

type Contest = {
  readonly what: string;
  /** Bytes of one document as it is on the wire. */
  readonly bytes: number;
  readonly ours: () => unknown;
  readonly peer?: { readonly name: string; readonly run: () => unknown };
};

/**
 * How many megabytes a second our codecs read or write, and how many bytes they allocate for one document, side by side with the
 * packages that do the same: each in turn, seven times. Processor time, so that what else the machine does counts less.
 */
export async function run(): Promise<readonly Figures[]> {
  const contests = [transbank(), mrz("TD1"), mrz("TD3"), ticket(), zvt(), ipp()];
  return contests.map(measure);
}

function measure({ what, bytes, ours, peer }: Contest): Figures {
  for (let times = 0; times < WARM_UP; times++) {
    ours();
    peer?.run();
  }
  const mine: number[] = [];
  const theirs: number[] = [];
  for (let turn = 0; turn < ROUNDS; turn++) {
    mine.push(megabytesPerSecond(ours, bytes));
    if (peer !== undefined) theirs.push(megabytesPerSecond(peer.run, bytes));
  }
  const figure = median(mine);
  const limit = peer === undefined ? LINE_LIMIT : PEER_LIMIT;
  const ratio = figure / (peer === undefined ? limit : median(theirs));
  return {
    what,
    figure: round(figure),
    unit: "MB of processor time's second",
    ...(peer === undefined
      ? {}
      : { peer: round(median(theirs)), peerName: peer.name, peerAllocated: allocated(peer.run) }),
    allocated: allocated(ours),
    documentBytes: bytes,
    limit: round(limit),
    ratio: round(ratio),
    spread: [round(Math.min(...mine)), round(Math.max(...mine))],
    samples: ROUNDS,
    pass: ratio >= 1,
  };
}

function megabytesPerSecond(work: () => unknown, bytes: number): number {
  const began = process.cpuUsage();
  for (let done = 0, batch = 64; ; batch *= 2) {
    for (let times = 0; times < batch; times++) work();
    done += batch;
    const { user, system } = process.cpuUsage(began);
    const microseconds = user + system;
    if (microseconds >= AT_LEAST * 1_000) return (done * bytes) / microseconds;
  }
}

/** Bytes allocated for one document: growth of heap and buffers over some documents, with no collection in between. Median of five. */
function allocated(work: () => unknown): number {
  setFlagsFromString("--expose-gc");
  const collect: () => void = runInNewContext("gc");
  const used = () => {
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    return heapUsed + arrayBuffers;
  };
  const documents = 50;
  const samples = Array.from({ length: 5 }, () => {
    collect();
    const before = used();
    for (let times = 0; times < documents; times++) work();
    return (used() - before) / documents;
  });
  return Math.round(median(samples));
}

/** The response to a sale with a printed voucher, from the bytes of its frame to its fields. */
function transbank(): Contest {
  const voucher = Array.from({ length: 24 }, (_, line) => `COMERCIO DE PRUEBA LINEA ${line}`.padEnd(40)).join("");
  const data = `0210|00|597000000001|VT000001|T00000000000000042|007919|1500|1042|000001|DB|00-00-00|042|DB|23112026|101530|${voucher}`;
  const frame = encodeFrame(toLatin1(data));
  const reader = new StxEtxLrcReader();
  const codec = saleCodec(autoservicioSaleResponse);
  const ours = () =>
    reader
      .push(frame)
      .map((item) => (item.kind === "frame" ? saleResult(codec.decode(fromLatin1(item.data)).values) : item));
  const sdk = transbankSdk();
  const buffer = Buffer.from(frame);
  const peer = () => sdk.read(buffer);
  const [mine] = ours();
  const theirs = peer();
  if (mine === undefined || !("amount" in mine)) throw new Error("no sale");
  deepStrictEqual(
    [mine.amount, mine.voucher?.length, mine.authorizationCode],
    [theirs.amount, theirs.voucher.length, theirs.authorizationCode],
  );
  return { what: "transbank-sale", bytes: frame.length, ours, peer: { name: "transbank-pos-sdk 4.0.0", run: peer } };
}

type SdkSale = { readonly amount: number; readonly voucher: readonly string[]; readonly authorizationCode: string };
type Packets = {
  write(bytes: Buffer): void;
  on(event: "data", listener: (bytes: Buffer) => void): void;
  emitPacket(): void;
};

/** What the SDK does with the bytes of a response. Its parser would hand them over after 100 ms of silence; here it need not wait. */
function transbankSdk(): { read(frame: Buffer): SdkSale } {
  const require = createRequire(import.meta.url);
  const { POSAutoservicio } = require("transbank-pos-sdk");
  const inner = createRequire(require.resolve("transbank-pos-sdk"));
  const { InterByteTimeoutParser } = inner("@serialport/parser-inter-byte-timeout");
  const terminal: { saleResponse(payload: string): SdkSale } = new POSAutoservicio();
  const parser: Packets = new InterByteTimeoutParser({ interval: 60_000 });
  let sale: SdkSale | undefined;
  parser.on("data", (bytes) => {
    sale = terminal.saleResponse(bytes.toString().slice(1, -2));
  });
  return {
    read: (frame) => {
      parser.write(frame);
      parser.emitPacket();
      if (sale === undefined) throw new Error("the SDK read nothing");
      return sale;
    },
  };
}

function mrz(format: "TD1" | "TD3"): Contest {
  const lines = makeMrz({
    format,
    documentCode: format === "TD1" ? "I" : "P",
    issuer: "CHL",
    documentNumber: "D23145890",
    birthDate: "1974-08-12",
    expiryDate: "2031-04-15",
    nationality: "CHL",
    sex: "F",
    surname: "ERIKSSON",
    givenNames: "ANNA MARIA",
    optionalData: format === "TD1" ? ["", ""] : [""],
  });
  const text = lines.join("\n");
  const ours = () => parseMrz(text, "2026-11-23");
  const peer = () => parse(text.split("\n"));
  deepStrictEqual([assertOk(ours(), "zone").surname, peer().valid], [peer().fields.lastName, true]);
  return { what: `mrz-${format}`, bytes: text.length, ours, peer: { name: "mrz 5.0.2", run: peer } };
}

/** A ticket of 24 lines with a QR code and a bar code. */
function ticket(): Contest {
  const lines = Array.from({ length: 24 }, (_, line) => `Certificado de nacimiento, línea ${line}: $1.500`);
  const address = "https://www.example.cl/verificar?folio=500123456789&codigo=ab12cd34";
  const barcode = "500123456789";
  const blocks = [
    ...lines.map((text) => ({ type: "text", text }) as const),
    { type: "qr", data: address } as const,
    { type: "barcode", symbology: "code128", data: barcode } as const,
  ];
  const ours = () => concat(assertOk(encodeTicket({ blocks }, EPSON_TM), "ticket").commands);
  const peer = () => {
    const printer = new ThermalPrinter({
      type: PrinterTypes.EPSON,
      interface: "tcp://127.0.0.1:9",
      width: 48,
      characterSet: CharacterSet.WPC1252,
      breakLine: BreakLine.WORD,
    });
    for (const line of lines) printer.println(line);
    printer.printQR(address, { cellSize: 6, correction: "M" });
    printer.code128(barcode, { height: 80, text: 2 });
    printer.cut();
    return printer.getBuffer();
  };
  for (const bytes of [ours(), peer()])
    for (const part of [address, barcode, "nea 23: $1.500"])
      if (!fromLatin1(bytes).includes(part)) throw new Error(`no ${part}`);
  return { what: "ticket", bytes: ours().length, ours, peer: { name: "node-thermal-printer 4.6.1", run: peer } };
}

/** A status information of ZVT with a container, from the unit's bytes to its fields. No package for JavaScript reads it. */
function zvt(): Contest {
  const unit = encodeApdu(
    bitmapCommand(CONTROL.status, {
      resultCode: 0,
      amount: 1500,
      receipt: "0042",
      authorization: "007919",
      trace: "000042",
      cardNumber: "67EEEEEE0042",
      cardName: "girocard",
      additionalText: "APROBADO",
      tlv: [
        { tag: 0x1f2b, value: Uint8Array.of(0x12, 0x34, 0x56, 0x78) },
        { tag: 0x60, children: [{ tag: 0x43, value: new Uint8Array(16).fill(0xa0) }] },
      ],
    }),
  );
  const ours = () => {
    const apdu = decodeApdu(unit);
    if (apdu === undefined) throw new Error("no unit");
    return decodeBitmaps(apdu.data);
  };
  deepStrictEqual([ours().complete, ours().values.amount], [true, 1500]);
  return { what: "zvt-status", bytes: unit.length, ours };
}

/** What a printer answers to the questions that the driver asks every second. */
function ipp(): Contest {
  const bytes = encodeMessage({
    version: [2, 0],
    code: 0,
    requestId: 1,
    groups: [
      {
        tag: GROUP.operation,
        attributes: [{ name: "attributes-charset", values: [{ tag: "charset", value: "utf-8" }] }],
      },
      {
        tag: GROUP.printer,
        attributes: Array.from({ length: 40 }, (_, index) => ({
          name: `attribute-${index}`,
          values: [
            { tag: "keyword", value: "iso_a4_210x297mm" },
            { tag: "integer", value: index },
          ] as const,
        })),
      },
    ],
  });
  const ours = () => decodeMessage(bytes);
  deepStrictEqual(ours().ok, true);
  return { what: "ipp-answer", bytes: bytes.length, ours };
}
