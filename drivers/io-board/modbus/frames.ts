import { concat } from "../../../base/bytes/bytes.ts";
import { crc16Modbus } from "../../../base/bytes/checksum.ts";

/*
 * Modbus RTU, as far as relay and input boards speak it: MODBUS Application Protocol Specification V1.1b3 (6.1 Read Coils, 6.2 Read Discrete
 * Inputs, 6.5 Write Single Coil, 7 exceptions) over MODBUS over Serial Line V1.02 (address, PDU, CRC low byte first).
 */

const READ = { coils: 0x01, inputs: 0x02 } as const;
const WRITE_COIL = 0x05;
const EXCEPTION = 0x80;
const ON = 0xff00;
/** Address and CRC. */
const AROUND = 3;
/** More bits than any board of this kind has, and as many as the specification allows, 2000. */
const MAX_BITS = 2_000;

export type ModbusRequest =
  | { readonly ask: "read"; readonly table: keyof typeof READ; readonly start: number; readonly count: number }
  | { readonly ask: "write-coil"; readonly coil: number; readonly on: boolean };

export type ModbusReply =
  /** As many bits as the bytes hold; the last ones may be padding. */
  | { readonly reply: "bits"; readonly table: keyof typeof READ; readonly bits: readonly boolean[] }
  | { readonly reply: "coil"; readonly coil: number; readonly on: boolean }
  | { readonly reply: "exception"; readonly to: number; readonly code: number };

export type Framed<T> = { readonly unit: number; readonly content: T };

function seal(unit: number, pdu: readonly number[]): Uint8Array {
  const body = Uint8Array.from([unit, ...pdu]);
  const crc = crc16Modbus(body);
  return concat([body, Uint8Array.of(crc & 0xff, crc >> 8)]);
}

const word = (value: number) => [value >> 8, value & 0xff];

export function encodeRequest({ unit, content }: Framed<ModbusRequest>): Uint8Array {
  if (content.ask === "read") return seal(unit, [READ[content.table], ...word(content.start), ...word(content.count)]);
  return seal(unit, [WRITE_COIL, ...word(content.coil), ...word(content.on ? ON : 0)]);
}

export function encodeReply({ unit, content }: Framed<ModbusReply>): Uint8Array {
  if (content.reply === "exception") return seal(unit, [content.to | EXCEPTION, content.code]);
  if (content.reply === "coil") return seal(unit, [WRITE_COIL, ...word(content.coil), ...word(content.on ? ON : 0)]);
  const bytes = Array.from({ length: Math.ceil(content.bits.length / 8) }, (_, at) =>
    content.bits.slice(8 * at, 8 * at + 8).reduce((byte, bit, place) => (bit ? byte | (1 << place) : byte), 0),
  );
  return seal(unit, [READ[content.table], bytes.length, ...bytes]);
}

/** The function code that a request has on the line; an exception's code names it. */
export function functionOf(request: ModbusRequest): number {
  return request.ask === "read" ? READ[request.table] : WRITE_COIL;
}

/** `length` of the whole frame that begins so; `more` when that cannot be said yet; `none` when nothing begins so. */
type Measured = number | "more" | "none";

function measureReply(bytes: Uint8Array): Measured {
  const [, code, third] = bytes;
  if (code === undefined) return "more";
  if ((code & EXCEPTION) !== 0) return isKnown(code & ~EXCEPTION) ? 2 + AROUND : "none";
  if (code === WRITE_COIL) return 5 + AROUND;
  if (!isKnown(code)) return "none";
  if (third === undefined) return "more";
  return third > 0 && third <= MAX_BITS / 8 ? 2 + third + AROUND : "none";
}

function measureRequest(bytes: Uint8Array): Measured {
  const [, code] = bytes;
  if (code === undefined) return "more";
  return isKnown(code) ? 5 + AROUND : "none";
}

function isKnown(code: number): boolean {
  return code === READ.coils || code === READ.inputs || code === WRITE_COIL;
}

function tableOf(code: number): keyof typeof READ {
  return code === READ.coils ? "coils" : "inputs";
}

function readReply(pdu: Uint8Array): ModbusReply | undefined {
  const [code = 0, second = 0, third = 0, fourth = 0, fifth = 0] = pdu;
  if ((code & EXCEPTION) !== 0) return { reply: "exception", to: code & ~EXCEPTION, code: second };
  if (code === WRITE_COIL) {
    const value = (fourth << 8) | fifth;
    return value === ON || value === 0 ? { reply: "coil", coil: (second << 8) | third, on: value === ON } : undefined;
  }
  const bits = [...pdu.subarray(2)].flatMap((byte) =>
    Array.from({ length: 8 }, (_, place) => (byte & (1 << place)) !== 0),
  );
  return { reply: "bits", table: tableOf(code), bits };
}

function readRequest(pdu: Uint8Array): ModbusRequest | undefined {
  const [code = 0, high = 0, low = 0, third = 0, fourth = 0] = pdu;
  const address = (high << 8) | low;
  const value = (third << 8) | fourth;
  if (code !== WRITE_COIL) return { ask: "read", table: tableOf(code), start: address, count: value };
  return value === ON || value === 0 ? { ask: "write-coil", coil: address, on: value === ON } : undefined;
}

/**
 * Cuts a stream into frames by length and checksum, never by silence: a USB adapter hands the bytes over when it likes. Steps on by one byte
 * wherever no sound frame begins, so that it finds its way back after garbage; keeps less than one frame.
 */
class ModbusFrames<T> {
  readonly #measure: (bytes: Uint8Array) => Measured;
  readonly #read: (pdu: Uint8Array) => T | undefined;
  #held: Uint8Array = new Uint8Array();
  #skipped = 0;

  constructor(measure: (bytes: Uint8Array) => Measured, read: (pdu: Uint8Array) => T | undefined) {
    this.#measure = measure;
    this.#read = read;
  }

  /** Bytes that belonged to no frame. */
  get skipped(): number {
    return this.#skipped;
  }

  push(bytes: Uint8Array): Framed<T>[] {
    const frames: Framed<T>[] = [];
    let rest = concat([this.#held, bytes]);
    while (rest.length > 0) {
      const length = this.#measure(rest);
      if (length === "more" || (length !== "none" && length > rest.length)) break;
      const framed = length === "none" ? undefined : this.#open(rest.subarray(0, length));
      if (framed === undefined) this.#skipped++;
      else frames.push(framed);
      rest = rest.subarray(framed === undefined || length === "none" ? 1 : length);
    }
    this.#held = rest.slice();
    return frames;
  }

  /** Forgets what has come of an unfinished frame. */
  discard(): void {
    this.#skipped += this.#held.length;
    this.#held = new Uint8Array();
  }

  #open(frame: Uint8Array): Framed<T> | undefined {
    const body = frame.subarray(0, -2);
    const [low = 0, high = 0] = frame.subarray(-2);
    const [unit = 0] = body;
    if (crc16Modbus(body) !== ((high << 8) | low)) return undefined;
    const content = this.#read(body.subarray(1));
    return content === undefined ? undefined : { unit, content };
  }
}

export function replyFrames(): ModbusFrames<ModbusReply> {
  return new ModbusFrames(measureReply, readReply);
}

export function requestFrames(): ModbusFrames<ModbusRequest> {
  return new ModbusFrames(measureRequest, readRequest);
}
