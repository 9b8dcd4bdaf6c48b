import { timingSafeEqual } from "node:crypto";
import { concat } from "../../base/bytes/bytes.ts";
import { err, ok, type Result } from "../../base/result.ts";
import { type Command, type Response, SHORT_DATA, SHORT_LE } from "./apdu/apdu.ts";
import { blockLength, type Cipher, decryptCbc, encryptCbc, mac, pad, unpad } from "./crypto/cipher.ts";
import { find, readTlvs, type Tlv, tlv } from "./tlv.ts";

/** Secure messaging was broken: the checksum is wrong or missing, or the objects are not those of the standard. */
export type MessagingFault = "checksum" | "form";

const SECURED = 0x0c;

/** Data objects of secure messaging (Doc 9303-11 §9.8.4). */
const DO = { plain: 0x85, cryptogram: 0x87, le: 0x97, sw: 0x99, mac: 0x8e } as const;

/**
 * One direction-aware channel of secure messaging (ICAO Doc 9303-11 §9.8). Terminal and card hold one each, with equal keys and an
 * equal send sequence counter; each message counts it up.
 */
export class SecureMessaging {
  readonly cipher: Cipher;
  readonly #encryption: Uint8Array;
  readonly #mac: Uint8Array;
  #counter: bigint;

  /** @param counter the first value of the send sequence counter: from BAC, or 0. */
  constructor(cipher: Cipher, keys: SessionKeys, counter = 0n) {
    this.cipher = cipher;
    this.#encryption = keys.encryption;
    this.#mac = keys.mac;
    this.#counter = counter;
  }

  /** Terminal: protects a command. */
  wrapCommand(command: Command): Command {
    const ssc = this.#count();
    const { cla, ins, p1, p2, data, le } = command;
    const header = Uint8Array.of(cla | SECURED, ins, p1, p2);
    const objects = concat([
      data === undefined || data.length === 0 ? new Uint8Array() : this.#encrypt(data, ssc, (ins & 1) === 1),
      le === undefined ? new Uint8Array() : tlv(DO.le, lengthBytes(le)),
    ]);
    const checksum = this.#checksum(ssc, concat([pad(header, blockLength(this.cipher)), objects]));
    const secured = concat([objects, tlv(DO.mac, checksum)]);
    const extended = secured.length > SHORT_DATA || (le ?? 0) > SHORT_LE;
    return { cla: cla | SECURED, ins, p1, p2, data: secured, le: extended ? 0x1_0000 : SHORT_LE };
  }

  /** Card: takes the protection off a command. */
  unwrapCommand(command: Command): Result<Command, MessagingFault> {
    const ssc = this.#count();
    const { cla, ins, p1, p2, data = new Uint8Array() } = command;
    const read = this.#verify(data, ssc, pad(Uint8Array.of(cla, ins, p1, p2), blockLength(this.cipher)));
    if (!read.ok) return read;
    const plain = this.#decrypt(read.value, ssc);
    if (!plain.ok) return plain;
    const le = find(read.value, DO.le);
    return ok({
      cla: cla & ~SECURED,
      ins,
      p1,
      p2,
      ...(plain.value === undefined ? {} : { data: plain.value }),
      ...(le === undefined ? {} : { le: le.reduce((sum, byte) => sum * 0x100 + byte, 0) || 0x100 ** le.length }),
    });
  }

  /** Card: protects an answer. @param odd whether the command's instruction is odd, so that its data are BER-TLV. */
  wrapResponse({ data, sw }: Response, odd = false): Response {
    const ssc = this.#count();
    const objects = concat([
      data.length === 0 ? new Uint8Array() : this.#encrypt(data, ssc, odd),
      tlv(DO.sw, Uint8Array.of(sw >> 8, sw & 0xff)),
    ]);
    return { data: concat([objects, tlv(DO.mac, this.#checksum(ssc, objects))]), sw };
  }

  /** Terminal: verifies an answer and takes its protection off. */
  unwrapResponse({ data }: Response): Result<Response, MessagingFault> {
    const ssc = this.#count();
    const read = this.#verify(data, ssc, new Uint8Array());
    if (!read.ok) return read;
    const status = find(read.value, DO.sw);
    if (status?.length !== 2) return err("form");
    const plain = this.#decrypt(read.value, ssc);
    if (!plain.ok) return plain;
    const sw = ((status[0] ?? 0) << 8) | (status[1] ?? 0);
    return ok({ data: plain.value ?? new Uint8Array(), sw });
  }

  #count(): Uint8Array {
    const length = blockLength(this.cipher);
    this.#counter = BigInt.asUintN(length * 8, this.#counter + 1n);
    return bigEndian(this.#counter, length);
  }

  #iv(ssc: Uint8Array): Uint8Array {
    const zero = new Uint8Array(blockLength(this.cipher));
    return this.cipher === "3des" ? zero : encryptCbc(this.cipher, this.#encryption, zero, ssc);
  }

  #encrypt(data: Uint8Array, ssc: Uint8Array, odd: boolean): Uint8Array {
    const padded = pad(data, blockLength(this.cipher));
    const cryptogram = encryptCbc(this.cipher, this.#encryption, this.#iv(ssc), padded);
    return odd ? tlv(DO.plain, cryptogram) : tlv(DO.cryptogram, Uint8Array.of(1), cryptogram);
  }

  #decrypt(objects: readonly Tlv[], ssc: Uint8Array): Result<Uint8Array | undefined, MessagingFault> {
    const withIndicator = find(objects, DO.cryptogram);
    if (withIndicator !== undefined && withIndicator[0] !== 1) return err("form");
    const cryptogram = withIndicator?.subarray(1) ?? find(objects, DO.plain);
    if (cryptogram === undefined) return ok(undefined);
    if (cryptogram.length === 0 || cryptogram.length % blockLength(this.cipher) !== 0) return err("form");
    const plain = unpad(decryptCbc(this.cipher, this.#encryption, this.#iv(ssc), cryptogram));
    return plain === undefined ? err("form") : ok(plain);
  }

  #checksum(ssc: Uint8Array, protectedData: Uint8Array): Uint8Array {
    return mac(this.cipher, this.#mac, concat([ssc, protectedData]));
  }

  /** The objects of `data`, whose last one is the checksum over the others, `before` and the counter. */
  #verify(data: Uint8Array, ssc: Uint8Array, before: Uint8Array): Result<readonly Tlv[], MessagingFault> {
    const read = readTlvs(data);
    if (!read.ok) return err("form");
    const last = read.value.at(-1);
    if (last?.tag !== DO.mac || last.value.length !== 8) return err("checksum");
    const objects = data.subarray(0, data.length - 10);
    const expected = this.#checksum(ssc, concat([before, objects]));
    return timingSafeEqual(expected, last.value) ? ok(read.value.slice(0, -1)) : err("checksum");
  }
}

export type SessionKeys = { readonly encryption: Uint8Array; readonly mac: Uint8Array };

/** The expected length inside the protection: one byte where it suffices, 00 for 256; else two, 0000 for 65 536. */
function lengthBytes(le: number): Uint8Array {
  return le <= SHORT_LE ? Uint8Array.of(le & 0xff) : Uint8Array.of((le >> 8) & 0xff, le & 0xff);
}

export function bigEndian(value: bigint, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  let rest = value;
  for (let index = length - 1; index >= 0; index--, rest >>= 8n) bytes[index] = Number(rest & 0xffn);
  return bytes;
}
