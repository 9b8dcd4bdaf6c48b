import { concat } from "../../../base/bytes/bytes.ts";
import {
  blockLength,
  type Cipher,
  cmac,
  decryptCbc,
  deriveKey,
  encryptCbc,
  MAC_LENGTH,
  mac,
} from "../crypto/cipher.ts";
import { type Curve, decodePoint, encodePoint, type Point, sharedSecret } from "../crypto/curves.ts";
import { SecureMessaging, type SessionKeys } from "../secure-messaging.ts";
import { tlv } from "../tlv.ts";
import { encodeOid } from "./security-infos.ts";

/**
 * Password Authenticated Connection Establishment with generic mapping over elliptic curves (ICAO Doc 9303-11 §4.4, BSI TR-03110-2
 * §3.2), as steps that terminal and card share. Each side holds one key pair for the mapping and one for the agreement.
 */
export const NONCE_LENGTH = 16;

function nonceKey(cipher: Cipher, secret: Uint8Array): Uint8Array {
  return deriveKey(cipher, secret, "password");
}

const zeroIv = (cipher: Cipher) => new Uint8Array(blockLength(cipher));

export function sealNonce(cipher: Cipher, secret: Uint8Array, nonce: Uint8Array): Uint8Array {
  return encryptCbc(cipher, nonceKey(cipher, secret), zeroIv(cipher), nonce);
}

/** With a wrong secret this gives a wrong nonce and no error: only the tokens at the end tell. */
export function openNonce(cipher: Cipher, secret: Uint8Array, sealed: Uint8Array): Uint8Array | undefined {
  if (sealed.length !== NONCE_LENGTH) return undefined;
  return decryptCbc(cipher, nonceKey(cipher, secret), zeroIv(cipher), sealed);
}

/**
 * The generator that nonce and mapping agree on: s·G + H with H the shared point of the mapping keys. `undefined` when the
 * other side's point is none of the curve, or the generator would be infinity.
 */
export function mapGenerator(curve: Curve, nonce: Uint8Array, own: bigint, other: Uint8Array): Point | undefined {
  const point = decodePoint(curve, other);
  if (point === undefined) return undefined;
  const { ORDER } = curve.points.Fn;
  const s = nonce.reduce((sum, byte) => sum * 0x100n + BigInt(byte), 0n) % ORDER;
  const shared = point.multiply(own);
  const generator = s === 0n ? shared : curve.points.BASE.multiply(s).add(shared);
  return generator.is0() ? undefined : generator;
}

/** Public key of `own` on a generator, as it is sent. */
export function publicKeyOn(generator: Point, own: bigint): Uint8Array {
  return encodePoint(generator.multiply(own));
}

/** `undefined` when the other side's point is none of the curve. */
export function paceKeys(curve: Curve, cipher: Cipher, own: bigint, other: Uint8Array): SessionKeys | undefined {
  const point = decodePoint(curve, other);
  if (point === undefined) return undefined;
  const secret = sharedSecret(curve, own, point);
  return { encryption: deriveKey(cipher, secret, "encryption"), mac: deriveKey(cipher, secret, "mac") };
}

/** The authentication token over the public key of the *other* side (Doc 9303-11 §4.4.3.4). */
export function paceToken(cipher: Cipher, keys: SessionKeys, oid: string, publicKey: Uint8Array): Uint8Array {
  const data = tlv(0x7f49, tlv(0x06, encodeOid(oid)), tlv(0x86, publicKey));
  // Unlike messages, tokens are not padded to whole blocks before a CMAC, which pads by itself.
  return cipher === "3des" ? mac(cipher, keys.mac, data) : cmac(cipher, keys.mac, data).subarray(0, MAC_LENGTH);
}

export function paceMessaging(cipher: Cipher, keys: SessionKeys): SecureMessaging {
  return new SecureMessaging(cipher, keys);
}

/** Dynamic authentication data: tag 7C around one object for each step (80 nonce, 81/82 mapping, 83/84 agreement, 85/86 tokens). */
export function dynamicData(tag?: number, value: Uint8Array = new Uint8Array()): Uint8Array {
  return tlv(0x7c, tag === undefined ? new Uint8Array() : tlv(tag, value));
}

/** Data of MSE:Set AT: protocol, password, and the domain parameters where the card offers several. */
export function setAuthenticationData(oid: string, password: number, parameterId?: number): Uint8Array {
  return concat([
    tlv(0x80, encodeOid(oid)),
    tlv(0x83, Uint8Array.of(password)),
    parameterId === undefined ? new Uint8Array() : tlv(0x84, Uint8Array.of(parameterId)),
  ]);
}
