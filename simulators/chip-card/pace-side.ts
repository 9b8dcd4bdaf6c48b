import { equalBytes } from "../../base/bytes/bytes.ts";
import { type ChipKey, PASSWORD_REFERENCE, paceSecret } from "../../drivers/chip-card-reader/access/key.ts";
import {
  dynamicData,
  mapGenerator,
  NONCE_LENGTH,
  paceKeys,
  paceMessaging,
  paceToken,
  publicKeyOn,
  sealNonce,
} from "../../drivers/chip-card-reader/access/pace.ts";
import { encodeOid, paceOid } from "../../drivers/chip-card-reader/access/security-infos.ts";
import { type Point, privateKey } from "../../drivers/chip-card-reader/crypto/curves.ts";
import type { SecureMessaging, SessionKeys } from "../../drivers/chip-card-reader/secure-messaging.ts";
import { find, type Tlv } from "../../drivers/chip-card-reader/tlv.ts";
import type { IssuedDocument } from "./document.ts";

/** The chip's side of PACE: one object in, one out, four times. */
export class PaceSide {
  /** Set after the last step, when both sides know the same keys. */
  messaging: SecureMessaging | undefined;
  readonly #pace: NonNullable<IssuedDocument["pace"]>;
  readonly #key: ChipKey;
  readonly #random: (length: number) => Uint8Array;
  readonly #nonce: Uint8Array;
  #generator: Point | undefined;
  #keys: SessionKeys | undefined;
  #ownPublic = new Uint8Array();
  #otherPublic = new Uint8Array();

  private constructor(pace: NonNullable<IssuedDocument["pace"]>, key: ChipKey, random: (length: number) => Uint8Array) {
    this.#pace = pace;
    this.#key = key;
    this.#random = random;
    this.#nonce = random(NONCE_LENGTH);
  }

  /** `undefined` when the chip cannot do what is asked for. @param asked the objects of MSE:Set AT. */
  static begin(
    { pace, key, can }: IssuedDocument,
    asked: readonly Tlv[],
    random: (length: number) => Uint8Array,
  ): PaceSide | undefined {
    if (pace === undefined) return undefined;
    const oid = find(asked, 0x80);
    if (oid === undefined || !equalBytes(oid, encodeOid(paceOid(pace.cipher)))) return undefined;
    const password = find(asked, 0x83)?.[0];
    if (password === PASSWORD_REFERENCE.mrz) return new PaceSide(pace, key, random);
    return password === PASSWORD_REFERENCE.can ? new PaceSide(pace, { kind: "can", can }, random) : undefined;
  }

  /** `undefined` ends PACE: the step is out of order, or the terminal's token is wrong. */
  step(sent: Tlv | undefined): Uint8Array | undefined {
    const { cipher, curve } = this.#pace;
    if (sent === undefined) return dynamicData(0x80, sealNonce(cipher, paceSecret(this.#key), this.#nonce));
    switch (sent.tag) {
      case 0x81: {
        const own = privateKey(curve, this.#random);
        this.#generator = mapGenerator(curve, this.#nonce, own, sent.value);
        return this.#generator === undefined ? undefined : dynamicData(0x82, publicKeyOn(curve.points.BASE, own));
      }
      case 0x83: {
        if (this.#generator === undefined) return undefined;
        const own = privateKey(curve, this.#random);
        this.#otherPublic = sent.value.slice();
        this.#ownPublic = publicKeyOn(this.#generator, own).slice();
        this.#keys = paceKeys(curve, cipher, own, sent.value);
        return this.#keys === undefined ? undefined : dynamicData(0x84, this.#ownPublic);
      }
      case 0x85: {
        const keys = this.#keys;
        const oid = paceOid(cipher);
        if (keys === undefined || !equalBytes(sent.value, paceToken(cipher, keys, oid, this.#ownPublic)))
          return undefined;
        this.messaging = paceMessaging(cipher, keys);
        return dynamicData(0x86, paceToken(cipher, keys, oid, this.#otherPublic));
      }
      default:
        return undefined;
    }
  }
}
