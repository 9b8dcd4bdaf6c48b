import { concat } from "../../base/bytes/bytes.ts";
import { type CodedError, coded } from "../../base/registry/coded-error.ts";
import { err, ok, type Result } from "../../base/result.ts";
import { type Command, type Response, SHORT_LE, swText } from "./apdu/apdu.ts";
import type { CardChannel } from "./apdu/channel.ts";
import { exchange, type Traffic } from "./apdu/exchange.ts";
import type { Lengths } from "./lds/atr-info.ts";
import { APPLICATION, FILES, type FileName } from "./lds/files.ts";
import type { SecureMessaging } from "./secure-messaging.ts";
import { readHeader } from "./tlv.ts";

/** The most that a short answer carries under secure messaging: 256 less objects, checksum, and padding to whole blocks. */
const SHORT_BLOCK = { "3des": 231, aes128: 223, aes192: 223, aes256: 223 } as const;
/** What secure messaging and the status word put around the data of an extended answer, at most. */
const ENVELOPE = 40;
/** More than tag and length of any file need; fewer bytes than any file has. */
const HEADER = 6;
/** READ BINARY's offset has fifteen bits; beyond it the odd instruction takes over. */
const MAX_OFFSET = 0x7fff;
/** The object that the odd instruction puts around the data takes up to this many bytes of the answer. */
const ODD_ENVELOPE = 4;
/** Answers with fewer bytes than asked for, one after the other. A card that goes on like that has no end. */
const MAX_SHORT_ANSWERS = 16;

export type FileError = CodedError;

/**
 * The conversation with one card: commands, protected once access is open. It ends with the first failure of the link or of the
 * protection; a new card channel begins a new one.
 */
export class CardSession {
  readonly traffic: Traffic = { commands: 0, bytes: 0 };
  /** How long commands and answers may be with extended length; `undefined`: only short ones. */
  lengths: Lengths | undefined;
  readonly #channel: CardChannel;
  readonly #signal: AbortSignal | undefined;
  #messaging: SecureMessaging | undefined;

  constructor(channel: CardChannel, signal: AbortSignal | undefined) {
    this.#channel = channel;
    this.#signal = signal;
  }

  get cipher(): string {
    return this.#messaging?.cipher ?? "none";
  }

  /** From now on all commands are protected by it. */
  protect(messaging: SecureMessaging): void {
    this.#messaging = messaging;
  }

  async send(command: Command, name: string): Promise<Result<Response, CodedError>> {
    const messaging = this.#messaging;
    const secured = messaging?.wrapCommand(command) ?? command;
    const extended = this.lengths !== undefined && (secured.data?.length ?? 0) + 10 <= this.lengths.command;
    const answered = await exchange(this.#channel, secured, { extended, signal: this.#signal, traffic: this.traffic });
    if (!answered.ok || messaging === undefined) return answered;
    const { data, sw } = answered.value;
    // A card that gives up on the protection answers with a bare status word. It can only be an error: success has to be protected.
    if (data.length === 0 && sw !== 0x9000)
      return err(coded("chip-card.access-denied", `${name}: ${swText(sw)}, without protection`));
    const opened = messaging.unwrapResponse(answered.value);
    return opened.ok ? opened : err(coded("chip-card.secure-messaging", `${name}: ${opened.error}`));
  }

  /** Sends a command that must end with 9000. */
  async expect(command: Command, name: string): Promise<Result<Uint8Array, CodedError>> {
    const answered = await this.send(command, name);
    if (!answered.ok) return answered;
    const { data, sw } = answered.value;
    return sw === 0x9000 ? ok(data) : err(coded("chip-card.access-denied", `${name}: ${swText(sw)}`));
  }

  selectApplication(): Promise<Result<Response, CodedError>> {
    return this.send({ cla: 0, ins: 0xa4, p1: 4, p2: 0x0c, data: APPLICATION }, "select application");
  }

  /** `undefined` when the card has no such file, or does not let it be selected. */
  async readFile(
    file: FileName,
    onRead: (read: number, total: number) => void = () => {},
  ): Promise<Result<Uint8Array | undefined, FileError>> {
    const { tag, limit } = FILES[file];
    const selected = await this.#select(file);
    if (!selected.ok) return selected;
    if (selected.value.sw !== 0x9000) return ok(undefined);
    const start = await this.#readAt(file, 0, HEADER);
    if (!start.ok) return start;
    const header = readHeader(start.value);
    if (!header.ok) return err(coded("chip-card.malformed", `${file}: ${header.error}`));
    if (tag !== undefined && header.value.tag !== tag)
      return err(coded("chip-card.malformed", `${file} begins with tag ${header.value.tag.toString(16)}`));
    const total = header.value.headerLength + header.value.length;
    if (total > limit) return err(coded("chip-card.excessive", `${file} claims ${total} bytes`));
    const parts = [start.value.subarray(0, total)];
    let read = Math.min(start.value.length, total);
    onRead(read, total);
    let short = 0;
    while (read < total) {
      const asked = Math.min(total - read, this.#block(read));
      const part = await this.#readAt(file, read, asked);
      if (!part.ok) return part;
      if (part.value.length === 0)
        return err(coded("chip-card.malformed", `${file} ends after ${read} of ${total} bytes`));
      if (part.value.length < asked && ++short > MAX_SHORT_ANSWERS)
        return err(coded("chip-card.excessive", `${file} in crumbs`));
      parts.push(part.value);
      read += part.value.length;
      onRead(read, total);
    }
    return ok(concat(parts));
  }

  #block(offset: number): number {
    const short = this.#messaging === undefined ? SHORT_LE : SHORT_BLOCK[this.#messaging.cipher];
    const block = Math.max(short, (this.lengths?.answer ?? 0) - ENVELOPE);
    return offset > MAX_OFFSET ? block - ODD_ENVELOPE : block;
  }

  /** The first bytes of a file, as many as one answer carries: for a file that is a row of objects without a length of its own. */
  async readStart(file: FileName): Promise<Result<Uint8Array | undefined, FileError>> {
    const selected = await this.#select(file);
    if (!selected.ok) return selected;
    if (selected.value.sw !== 0x9000) return ok(undefined);
    const answered = await this.send(readEven(0, SHORT_LE), `read ${file}`);
    if (!answered.ok) return answered;
    return ok([0x9000, 0x6282].includes(answered.value.sw) ? answered.value.data : undefined);
  }

  #select(file: FileName): Promise<Result<Response, FileError>> {
    const { id } = FILES[file];
    const data = Uint8Array.of(id >> 8, id & 0xff);
    return this.send({ cla: 0, ins: 0xa4, p1: 2, p2: 0x0c, data }, `select ${file}`);
  }

  async #readAt(file: FileName, offset: number, length: number): Promise<Result<Uint8Array, FileError>> {
    const name = `read ${file} at ${offset}`;
    const odd = offset > MAX_OFFSET;
    const answered = await this.send(odd ? readOdd(offset, length) : readEven(offset, length), name);
    if (!answered.ok) return answered;
    const { data, sw } = answered.value;
    // 6B00 beyond the beginning: there is nothing at this offset, whatever the file said of its length.
    if (sw === 0x6b00 && offset > 0) return ok(new Uint8Array());
    // 6282: the file ends before the length that was asked for.
    if (sw !== 0x9000 && sw !== 0x6282) return err(coded("chip-card.access-denied", `${name}: ${swText(sw)}`));
    const content = odd ? contentOfOdd(data) : data;
    if (content === undefined) return err(coded("chip-card.malformed", name));
    return content.length > length ? err(coded("chip-card.excessive", name)) : ok(content);
  }
}

function readEven(offset: number, length: number): Command {
  return { cla: 0, ins: 0xb0, p1: offset >> 8, p2: offset & 0xff, le: length };
}

/** ISO/IEC 7816-4 §11.3.3: the offset in object 54, the data in object 53. */
function readOdd(offset: number, length: number): Command {
  const data = Uint8Array.of(0x54, 3, offset >> 16, (offset >> 8) & 0xff, offset & 0xff);
  return { cla: 0, ins: 0xb1, p1: 0, p2: 0, data, le: length + ODD_ENVELOPE };
}

function contentOfOdd(data: Uint8Array): Uint8Array | undefined {
  const header = readHeader(data);
  if (!header.ok || header.value.tag !== 0x53) return undefined;
  const { headerLength, length } = header.value;
  return headerLength + length === data.length ? data.subarray(headerLength) : undefined;
}
