import { ASB_ERROR, ASB_PRINTER, BUFFERED_PAPER, PRINTER_STATUS } from "./status-bits.ts";

/** One thing that the printer said. */
export type PrinterMessage =
  /** Answer to `DLE EOT 1…4`: it does not say to which; answers come in the order of the requests. */
  | { readonly type: "realtime"; readonly byte: number }
  | { readonly type: "asb"; readonly bytes: readonly [number, number, number, number] }
  /** Answer to `GS r 1`. */
  | { readonly type: "buffered-status"; readonly byte: number }
  | { readonly type: "process-id"; readonly id: string }
  | { readonly type: "identity"; readonly text: string }
  /** Custom: `selector` says which of the four bytes follow (bit 0 the first). */
  | { readonly type: "full-status"; readonly selector: number; readonly bytes: readonly number[] }
  /** XOFF and XON. */
  | { readonly type: "flow"; readonly hold: boolean };

const XON = 0x11;
const XOFF = 0x13;
const DLE = 0x10;
const PROCESS_ID = [0x37, 0x22] as const;
const PROCESS_ID_LENGTH = 7;
const IDENTITY = 0x5f;
/** The longest that is accepted; Epson's own are below 30. */
const IDENTITY_LIMIT = 80;
const NUL = 0x00;

/** What the bytes held so far can become: still `partial`, a `message`, or `broken` by the last byte. */
type Reading = "partial" | "broken" | PrinterMessage;

/**
 * The stream from the printer, cut into messages. Pure and incremental: it holds at most one unfinished message, always
 * makes progress, and looks only at bytes, never at time.
 *
 * Rules (Epson's fixed bits): XON and XOFF may stand anywhere, also inside another message. `37 22` begins a process id
 * of four characters 20…7E and a 00; `5F` an identity; inside either nothing is taken for status. A message broken by
 * an impossible byte is dropped whole (its bytes could look like status), and that byte is looked at afresh unless it
 * is the 00 with which such messages end.
 *
 * `10` begins Custom's full status or is the first byte of Epson's automatic status: only the profile can tell, so it
 * is a parameter.
 */
export class PrinterParser {
  readonly #automatic: "asb" | "full-status";
  #held: number[] = [];
  #dropped = 0;

  constructor(automatic: "asb" | "full-status") {
    this.#automatic = automatic;
  }

  /** Bytes that made no sense since the parser was made. */
  get dropped(): number {
    return this.#dropped;
  }

  push(bytes: Uint8Array): PrinterMessage[] {
    const messages: PrinterMessage[] = [];
    for (const byte of bytes) {
      if (byte === XON || byte === XOFF) messages.push({ type: "flow", hold: byte === XOFF });
      else this.#take(byte, messages);
    }
    return messages;
  }

  #take(byte: number, messages: PrinterMessage[]): void {
    this.#held.push(byte);
    const reading = this.#read(this.#held);
    if (reading === "partial") return;
    const held = this.#held.length;
    this.#held = [];
    if (reading !== "broken") {
      messages.push(reading);
    } else if (held === 1) {
      this.#dropped++;
    } else {
      this.#dropped += held - 1;
      if (byte !== NUL) this.#take(byte, messages);
      else this.#dropped++;
    }
  }

  #read(held: readonly number[]): Reading {
    const [first = 0] = held;
    if (first === PROCESS_ID[0]) return readProcessId(held);
    if (first === IDENTITY) return readIdentity(held);
    if (this.#automatic === "full-status" && first === DLE) return readFullStatus(held);
    if (this.#automatic === "asb" && ASB_PRINTER.matches(first)) return readAsb(held);
    if (PRINTER_STATUS.matches(first)) return { type: "realtime", byte: first };
    if (isBufferedStatus(first)) return { type: "buffered-status", byte: first };
    return "broken";
  }
}

function isIdCharacter(byte: number): boolean {
  return byte >= 0x20 && byte <= 0x7e;
}

function readProcessId(held: readonly number[]): Reading {
  const last = held[held.length - 1] ?? 0;
  if (held.length === 1) return "partial";
  if (held.length === 2) return last === PROCESS_ID[1] ? "partial" : "broken";
  if (held.length < PROCESS_ID_LENGTH) return isIdCharacter(last) ? "partial" : "broken";
  return last === NUL ? { type: "process-id", id: String.fromCharCode(...held.slice(2, -1)) } : "broken";
}

function readIdentity(held: readonly number[]): Reading {
  const last = held[held.length - 1] ?? 0;
  if (held.length === 1) return "partial";
  if (last === NUL) return { type: "identity", text: String.fromCharCode(...held.slice(1, -1)) };
  return isIdCharacter(last) && held.length <= IDENTITY_LIMIT ? "partial" : "broken";
}

function readAsb(held: readonly number[]): Reading {
  const [first = 0, second = 0, third = 0, fourth = 0] = held;
  if (held.slice(1).some((byte) => !ASB_ERROR.matches(byte))) return "broken";
  return held.length < 4 ? "partial" : { type: "asb", bytes: [first, second, third, fourth] };
}

function readFullStatus(held: readonly number[]): Reading {
  const [, selector] = held;
  if (selector === undefined) return "partial";
  if (selector === 0 || selector > 0x0f) return "broken";
  const wanted = [1, 2, 4, 8].filter((bit) => (selector & bit) !== 0).length;
  const bytes = held.slice(2);
  return bytes.length < wanted ? "partial" : { type: "full-status", selector, bytes };
}

/**
 * Each sensor's two bits agree and nothing else is set: the narrowest reading, because most garbage would fit a wider
 * one.
 */
function isBufferedStatus(byte: number): boolean {
  return byte === BUFFERED_PAPER.encode(BUFFERED_PAPER.decode(byte));
}
