import { createCipheriv, createDecipheriv, createHash } from "node:crypto";
import { concat } from "../../../base/bytes/bytes.ts";

/** The ciphers of secure messaging (ICAO Doc 9303-11 §9.8): two-key Triple DES, and AES. */
export type Cipher = "3des" | "aes128" | "aes192" | "aes256";

const KEY_LENGTH: { readonly [C in Cipher]: number } = { "3des": 16, aes128: 16, aes192: 24, aes256: 32 };
export const MAC_LENGTH = 8;

/** 8 for 3DES, 16 for AES: also the length of the send sequence counter. */
export function blockLength(cipher: Cipher): 8 | 16 {
  return cipher === "3des" ? 8 : 16;
}

function cbcName(cipher: Cipher): string {
  return cipher === "3des" ? "des-ede-cbc" : `aes-${cipher.slice(3)}-cbc`;
}

/** CBC without padding. @param data a whole number of blocks. */
export function encryptCbc(cipher: Cipher, key: Uint8Array, iv: Uint8Array, data: Uint8Array): Uint8Array {
  const engine = createCipheriv(cbcName(cipher), key, iv).setAutoPadding(false);
  return concat([engine.update(data), engine.final()]);
}

/** @param data a whole number of blocks. */
export function decryptCbc(cipher: Cipher, key: Uint8Array, iv: Uint8Array, data: Uint8Array): Uint8Array {
  const engine = createDecipheriv(cbcName(cipher), key, iv).setAutoPadding(false);
  return concat([engine.update(data), engine.final()]);
}

/** Padding method 2 of ISO/IEC 9797-1: 80, then zeros. At least one byte is added. */
export function pad(data: Uint8Array, block: number): Uint8Array {
  const padded = new Uint8Array(Math.floor(data.length / block + 1) * block);
  padded.set(data);
  padded[data.length] = 0x80;
  return padded;
}

/** Takes padding method 2 off; `undefined` when there is none. */
export function unpad(data: Uint8Array): Uint8Array | undefined {
  const last = data.findLastIndex((byte) => byte !== 0);
  return data[last] === 0x80 ? data.subarray(0, last) : undefined;
}

/**
 * The eight-byte checksum of secure messaging: the retail MAC (ISO/IEC 9797-1 MAC algorithm 3 with DES) or the first half of a
 * CMAC (NIST SP 800-38B).
 *
 * @param data is padded here, by method 2; for AES to whole blocks of 16 before the CMAC, as Doc 9303-11 §9.8 has it.
 */
export function mac(cipher: Cipher, key: Uint8Array, data: Uint8Array): Uint8Array {
  const padded = pad(data, blockLength(cipher));
  return cipher === "3des" ? retailMac(key, padded) : cmac(cipher, key, padded).subarray(0, MAC_LENGTH);
}

/** @param data a whole number of blocks of 8. */
function retailMac(key: Uint8Array, data: Uint8Array): Uint8Array {
  // Single DES is Triple DES with three equal keys: OpenSSL 3 offers the former only in its legacy provider.
  const first = key.subarray(0, 8);
  const zero = new Uint8Array(8);
  const chain = encryptCbc("3des", concat([first, first]), zero, data).subarray(-8);
  const engine = createDecipheriv("des-ede-ecb", concat([key.subarray(8), key.subarray(8)]), null).setAutoPadding(
    false,
  );
  return encryptCbc("3des", concat([first, first]), zero, engine.update(chain));
}

/** AES-CMAC of a message (NIST SP 800-38B). */
export function cmac(cipher: Exclude<Cipher, "3des">, key: Uint8Array, message: Uint8Array): Uint8Array {
  const zero = new Uint8Array(16);
  const k1 = double(encryptCbc(cipher, key, zero, zero));
  const whole = message.length > 0 && message.length % 16 === 0;
  const blocks = whole ? message.slice() : pad(message, 16);
  const last = blocks.subarray(-16);
  for (const [index, byte] of (whole ? k1 : double(k1)).entries()) last[index] = (last[index] ?? 0) ^ byte;
  return encryptCbc(cipher, key, zero, blocks).subarray(-16);
}

/** Multiplication by x in GF(2^128). */
function double(block: Uint8Array): Uint8Array {
  const shifted = block.map((byte, index) => ((byte << 1) | ((block[index + 1] ?? 0) >> 7)) & 0xff);
  if ((block[0] ?? 0) & 0x80) shifted[15] = (shifted[15] ?? 0) ^ 0x87;
  return shifted;
}

/** What a derived key is for: the counter of Doc 9303-11 §9.7.1. */
export const KEY_USE = { encryption: 1, mac: 2, password: 3 } as const;

/** The key derivation function of Doc 9303-11 §9.7.1: SHA-1 for 3DES and AES-128, SHA-256 for longer keys. */
export function deriveKey(cipher: Cipher, secret: Uint8Array, use: keyof typeof KEY_USE): Uint8Array {
  const hash = cipher === "aes192" || cipher === "aes256" ? "sha256" : "sha1";
  const counter = Uint8Array.of(0, 0, 0, KEY_USE[use]);
  const key = new Uint8Array(createHash(hash).update(secret).update(counter).digest()).slice(0, KEY_LENGTH[cipher]);
  return cipher === "3des" ? key.map(withOddParity) : key;
}

function withOddParity(byte: number): number {
  let ones = 0;
  for (let rest = byte >> 1; rest > 0; rest >>= 1) ones += rest & 1;
  return (byte & 0xfe) | (ones % 2 === 0 ? 1 : 0);
}

export function sha1(data: Uint8Array): Uint8Array {
  return new Uint8Array(createHash("sha1").update(data).digest());
}

export function xor(a: Uint8Array, b: Uint8Array): Uint8Array {
  return a.map((byte, index) => byte ^ (b[index] ?? 0));
}
