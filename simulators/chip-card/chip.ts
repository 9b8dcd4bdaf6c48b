import { constants, createHash, type KeyObject, privateEncrypt, sign } from "node:crypto";
import { concat, equalBytes } from "../../base/bytes/bytes.ts";
import {
  bacKeys,
  bacMessaging,
  CHALLENGE_LENGTH,
  KEY_MATERIAL_LENGTH,
  openProof,
  sealProof,
} from "../../drivers/chip-card-reader/access/bac.ts";
import { bacSeed } from "../../drivers/chip-card-reader/access/key.ts";
import {
  type Command,
  decodeCommand,
  encodeResponse,
  type Response,
  SHORT_LE,
} from "../../drivers/chip-card-reader/apdu/apdu.ts";
import { deriveKey } from "../../drivers/chip-card-reader/crypto/cipher.ts";
import { decodePoint, sharedSecret } from "../../drivers/chip-card-reader/crypto/curves.ts";
import { APPLICATION, FILES, type FileName } from "../../drivers/chip-card-reader/lds/files.ts";
import { SecureMessaging } from "../../drivers/chip-card-reader/secure-messaging.ts";
import { find, inside, readTlvs, tlv } from "../../drivers/chip-card-reader/tlv.ts";
import type { IssuedDocument } from "./document.ts";
import { PaceSide } from "./pace-side.ts";

const SW = {
  ok: 0x9000,
  endOfFile: 0x6282,
  authenticationFailed: 0x6300,
  wrongLength: 0x6700,
  securityStatus: 0x6982,
  conditions: 0x6985,
  messaging: 0x6988,
  wrongData: 0x6a80,
  notFound: 0x6a82,
  wrongParameters: 0x6b00,
  unknownInstruction: 0x6d00,
} as const;

const OPEN_FILES: readonly FileName[] = ["CardAccess", "AtrInfo"];

type Random = (length: number) => Uint8Array;
type Bytes = Uint8Array;

const only = (sw: number): Response => ({ data: new Uint8Array(), sw });
const good = (data: Bytes = new Uint8Array()): Response => ({ data, sw: SW.ok });

/**
 * The chip of an electronic document: commands in, answers out, as ICAO Doc 9303-10 and -11 have them. It shares codecs with the
 * driver and nothing of the driver's conversation. What it takes for granted a real chip may not.
 */
export class SimulatedChip {
  readonly #document: IssuedDocument;
  readonly #random: Random;
  readonly #most: number;
  #messaging: SecureMessaging | undefined;
  #open = false;
  #application = false;
  #selected: FileName | undefined;
  #challenge: Bytes | undefined;
  #pace: PaceSide | undefined;
  #agreementSet = false;
  #chained: Bytes = new Uint8Array();
  #left: Bytes = new Uint8Array();

  /** @param most bytes that one READ BINARY gives at most, whatever is asked for. */
  constructor(document: IssuedDocument, random: Random, most = Number.POSITIVE_INFINITY) {
    this.#document = document;
    this.#random = random;
    this.#most = most;
  }

  /** Forgets everything, as at power-on. */
  reset(): void {
    this.#messaging = undefined;
    this.#open = false;
    this.#application = false;
    this.#selected = undefined;
    this.#challenge = undefined;
    this.#pace = undefined;
    this.#agreementSet = false;
    this.#chained = new Uint8Array();
    this.#left = new Uint8Array();
  }

  /** One command, as bytes, and its answer. */
  process(bytes: Bytes): Bytes {
    const command = decodeCommand(bytes);
    if (command === undefined) return encodeResponse(only(SW.wrongLength));
    const extended = bytes.length > 5 && bytes[4] === 0;
    if (command.ins === 0xc0) return encodeResponse(this.#more(command));
    return encodeResponse(this.#limit(this.#unchain(command), command.le ?? 0, extended));
  }

  /** Short answers longer than was asked for come in parts. */
  #limit(response: Response, le: number, extended: boolean): Response {
    const most = extended ? 0x1_0000 : Math.min(le, SHORT_LE);
    if (response.data.length <= most) return response;
    this.#left = response.data.slice(most);
    return { data: response.data.subarray(0, most), sw: 0x6100 | Math.min(this.#left.length, 0xff) };
  }

  #more({ le = SHORT_LE }: Command): Response {
    if (this.#left.length === 0) return only(SW.conditions);
    const data = this.#left.slice(0, le);
    this.#left = this.#left.slice(le);
    return { data, sw: this.#left.length === 0 ? SW.ok : 0x6100 | Math.min(this.#left.length, 0xff) };
  }

  #unchain(command: Command): Response {
    const chaining = (command.cla & 0x10) !== 0;
    // PACE's steps have the chaining bit, and each is a command of its own.
    if (command.ins === 0x86 && this.#pace !== undefined) return this.#secured(command);
    if (chaining) {
      this.#chained = concat([this.#chained, command.data ?? new Uint8Array()]);
      return good();
    }
    const data = concat([this.#chained, command.data ?? new Uint8Array()]);
    this.#chained = new Uint8Array();
    return this.#secured(data.length > 0 ? { ...command, data } : command);
  }

  #secured(command: Command): Response {
    const messaging = this.#messaging;
    if ((command.cla & 0x0c) === 0) {
      // A plain command ends the protection.
      if (messaging !== undefined) this.reset();
      return this.#dispatch(command);
    }
    if (messaging === undefined) return only(SW.messaging);
    const plain = messaging.unwrapCommand(command);
    if (!plain.ok) {
      this.reset();
      return only(SW.messaging);
    }
    const response = this.#dispatch(plain.value);
    return messaging.wrapResponse(response, (command.ins & 1) === 1);
  }

  #dispatch(command: Command): Response {
    switch (command.ins) {
      case 0xa4:
        return this.#select(command);
      case 0xb0:
      case 0xb1:
        return this.#read(command);
      case 0x84:
        this.#challenge = this.#random(command.le ?? CHALLENGE_LENGTH);
        return good(this.#challenge);
      case 0x82:
        return this.#basicAccess(command);
      case 0x22:
        return this.#setSecurity(command);
      case 0x86:
        return this.#generalAuthenticate(command);
      case 0x88:
        return this.#internalAuthenticate(command);
      default:
        return only(SW.unknownInstruction);
    }
  }

  #select({ p1, data = new Uint8Array() }: Command): Response {
    if (p1 === 4) {
      if (!equalBytes(data, APPLICATION)) return only(SW.notFound);
      this.#application = true;
      this.#selected = undefined;
      return good();
    }
    const id = data.reduce((sum, byte) => sum * 0x100 + byte, 0);
    const name = [...this.#document.files.keys()].find((each) => FILES[each].id === id);
    if (name === undefined || OPEN_FILES.includes(name) === this.#application) return only(SW.notFound);
    if (this.#application && !this.#open) return only(SW.securityStatus);
    this.#selected = name;
    return good();
  }

  #read({ ins, p1, p2, data = new Uint8Array(), le = 0 }: Command): Response {
    const file = this.#selected === undefined ? undefined : this.#document.files.get(this.#selected);
    if (file === undefined) return only(SW.conditions);
    const odd = ins === 0xb1;
    const objects = odd ? readTlvs(data) : undefined;
    const wanted = objects?.ok ? find(objects.value, 0x54) : undefined;
    const offset = odd ? (wanted ?? new Uint8Array()).reduce((sum, byte) => sum * 0x100 + byte, 0) : p1 * 0x100 + p2;
    if (offset >= file.length) return only(SW.wrongParameters);
    const content = file.subarray(offset, offset + Math.min(odd ? le - 4 : le, this.#most));
    const short = !odd && content.length < le;
    return { data: odd ? tlv(0x53, content) : content, sw: short ? SW.endOfFile : SW.ok };
  }

  #basicAccess({ data = new Uint8Array() }: Command): Response {
    const challenge = this.#challenge;
    this.#challenge = undefined;
    if (challenge === undefined || !this.#application) return only(SW.conditions);
    const keys = bacKeys(bacSeed(this.#document.key));
    const proof = openProof(keys, data);
    if (proof === undefined || !equalBytes(proof.other, challenge)) return only(SW.authenticationFailed);
    const material = this.#random(KEY_MATERIAL_LENGTH);
    const sealed = sealProof(keys, { own: challenge, other: proof.own, material });
    this.#messaging = bacMessaging({ own: challenge, material }, proof);
    this.#open = true;
    return good(sealed);
  }

  #setSecurity({ p1, p2, data = new Uint8Array() }: Command): Response {
    const objects = readTlvs(data);
    if (!objects.ok) return only(SW.wrongData);
    if (p1 === 0xc1 && p2 === 0xa4) {
      this.#pace = PaceSide.begin(this.#document, objects.value, this.#random);
      return only(this.#pace === undefined ? SW.wrongData : SW.ok);
    }
    const { agreement } = this.#document;
    if (p1 !== 0x41 || agreement === undefined) return only(SW.wrongParameters);
    if (p2 === 0xa4) {
      this.#agreementSet = true;
      return good();
    }
    return this.#agree(find(objects.value, 0x91));
  }

  #generalAuthenticate({ data = new Uint8Array() }: Command): Response {
    const objects = inside(data, 0x7c);
    if (!objects.ok) return only(SW.wrongData);
    if (this.#pace !== undefined) {
      const answer = this.#pace.step(objects.value[0]);
      if (answer === undefined) {
        this.#pace = undefined;
        return only(SW.authenticationFailed);
      }
      if (this.#pace.messaging !== undefined) {
        this.#messaging = this.#pace.messaging;
        this.#open = true;
        this.#pace = undefined;
      }
      return good(answer);
    }
    if (!this.#agreementSet) return only(SW.conditions);
    const agreed = this.#agree(find(objects.value, 0x80));
    return agreed.sw === SW.ok ? good(tlv(0x7c)) : agreed;
  }

  /** Chip authentication. The answer still goes under the old keys, the next command comes under the new ones. */
  #agree(publicKey: Bytes | undefined): Response {
    const { agreement } = this.#document;
    const point =
      agreement === undefined || publicKey === undefined ? undefined : decodePoint(agreement.curve, publicKey);
    if (agreement === undefined || point === undefined || this.#messaging === undefined) return only(SW.wrongData);
    const secret = sharedSecret(agreement.curve, agreement.own, point);
    this.#messaging = new SecureMessaging(agreement.cipher, {
      encryption: deriveKey(agreement.cipher, secret, "encryption"),
      mac: deriveKey(agreement.cipher, secret, "mac"),
    });
    return good();
  }

  #internalAuthenticate({ data = new Uint8Array() }: Command): Response {
    const { signing } = this.#document;
    if (signing === undefined) return only(SW.unknownInstruction);
    if (!this.#open || data.length !== 8) return only(SW.securityStatus);
    return good(signing.asymmetricKeyType === "rsa" ? this.#recoverable(signing, data) : plainSignature(signing, data));
  }

  /** ISO/IEC 9796-2 scheme 1 with SHA-256. */
  #recoverable(key: KeyObject, challenge: Bytes): Bytes {
    const size = (key.asymmetricKeyDetails?.modulusLength ?? 0) / 8;
    const recovered = this.#random(size - 32 - 3);
    const digest = createHash("sha256").update(recovered).update(challenge).digest();
    const block = concat([Uint8Array.of(0x6a), recovered, digest, Uint8Array.of(0x34, 0xcc)]);
    return new Uint8Array(privateEncrypt({ key, padding: constants.RSA_NO_PADDING }, block));
  }
}

function plainSignature(key: KeyObject, challenge: Bytes): Bytes {
  return new Uint8Array(sign("sha256", challenge, { key, dsaEncoding: "ieee-p1363" }));
}
