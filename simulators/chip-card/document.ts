import { createHash, type KeyObject } from "node:crypto";
import { concat } from "../../base/bytes/bytes.ts";
import type { MrzKey } from "../../drivers/chip-card-reader/access/key.ts";
import { publicKeyOn } from "../../drivers/chip-card-reader/access/pace.ts";
import {
  chipAuthenticationOid,
  encodeOid,
  paceOid,
  type SecurityInfo,
  writeSecurityInfos,
} from "../../drivers/chip-card-reader/access/security-infos.ts";
import type { Cipher } from "../../drivers/chip-card-reader/crypto/cipher.ts";
import { CURVES, type Curve, type CurveName, privateKey } from "../../drivers/chip-card-reader/crypto/curves.ts";
import { type Lengths, writeAtrInfo } from "../../drivers/chip-card-reader/lds/atr-info.ts";
import { writeCom } from "../../drivers/chip-card-reader/lds/com.ts";
import { writeDg11, writeDg12 } from "../../drivers/chip-card-reader/lds/details.ts";
import { writeDg1 } from "../../drivers/chip-card-reader/lds/dg1.ts";
import { type DataGroup, type FileName, groupNumber } from "../../drivers/chip-card-reader/lds/files.ts";
import { type Image, writeDg2, writeDg7 } from "../../drivers/chip-card-reader/lds/images.ts";
import { writeDg14, writeDg15 } from "../../drivers/chip-card-reader/lds/keys.ts";
import { SECURITY_OBJECT, writeSecurityObject } from "../../drivers/chip-card-reader/lds/security-object.ts";
import { tlv } from "../../drivers/chip-card-reader/tlv.ts";
import { cardMrz } from "../code-reader/cards.ts";
import type { SyntheticPerson } from "../people.ts";
import { type Issuer, newSigningKey } from "./issuer.ts";

/** How a chip is made. What the chip of a cédula really offers is not verified; so all of it can be set. */
export type ChipProfile = {
  /** Cipher and curve of PACE; `undefined`: the chip knows Basic Access Control only. */
  readonly pace?: { readonly cipher: Cipher; readonly curve: CurveName };
  readonly chipAuthentication?: { readonly cipher: Cipher; readonly curve: CurveName };
  readonly activeAuthentication?: "ecdsa" | "rsa";
  /** What EF.ATR/INFO says of extended length; `undefined`: short only. */
  readonly lengths?: Lengths;
};

export const FULL_PROFILE: ChipProfile = {
  pace: { cipher: "aes128", curve: "brainpoolP256r1" },
  chipAuthentication: { cipher: "aes128", curve: "P-256" },
  activeAuthentication: "ecdsa",
  lengths: { command: 2_000, answer: 2_000 },
};

/** What a copier or a forger did to the content after it was made, or how its signer was wrong. */
export type DocumentFaults = {
  /** The content is copied; the chip's private keys could not be. */
  readonly cloned?: boolean;
  /** This group was changed after it was signed. */
  readonly altered?: DataGroup;
  readonly expiredSigner?: boolean;
};

export type AgreementKey = { readonly curve: Curve; readonly own: bigint; readonly cipher: Cipher };

/** The files and secrets of one chip. */
export type IssuedDocument = {
  readonly files: ReadonlyMap<FileName, Uint8Array>;
  readonly key: MrzKey;
  /** Card access number. */
  readonly can: string;
  readonly pace: { readonly cipher: Cipher; readonly curve: Curve } | undefined;
  readonly agreement: AgreementKey | undefined;
  readonly signing: KeyObject | undefined;
};

export type Pictures = { readonly face: Image; readonly signature: Image };

const FILLER = 0x3c;
const LETTER_A = 0x41;
const PLAIN_ECDSA_SHA256 = "0.4.0.127.0.7.1.1.4.1.3";
const CHIP_KEY_ECDH = "0.4.0.127.0.7.2.2.1.2";

/** Fills a chip for a person, as an issuing State does. */
export async function issueDocument(options: {
  readonly person: SyntheticPerson;
  readonly pictures: Pictures;
  readonly issuer: Issuer;
  readonly profile?: ChipProfile;
  readonly faults?: DocumentFaults;
  readonly random: (length: number) => Uint8Array;
}): Promise<IssuedDocument> {
  const { person, pictures, issuer, profile = FULL_PROFILE, faults = {}, random } = options;
  const { documentNumber, expiryDate } = person.card;
  const pace = profile.pace === undefined ? undefined : { ...profile.pace, curve: curveNamed(profile.pace.curve) };
  const agreement =
    profile.chipAuthentication === undefined ? undefined : newAgreementKey(profile.chipAuthentication, random);
  const signing = profile.activeAuthentication === undefined ? undefined : newSigningKey(profile.activeAuthentication);
  const infos = securityInfos(pace, agreement, profile.activeAuthentication === "ecdsa");
  const groups = new Map<DataGroup, Uint8Array>([
    ["DG1", writeDg1(cardMrz(person.run))],
    ["DG2", writeDg2(pictures.face)],
    ["DG7", writeDg7(pictures.signature)],
    [
      "DG11",
      writeDg11({
        surname: `${person.paternalSurname} ${person.maternalSurname}`.toUpperCase(),
        givenNames: person.givenNames.toUpperCase(),
        personalNumber: person.run,
        birthDate: person.birthDate,
        birthPlace: "Valparaíso, Chile",
      }),
    ],
    ["DG12", writeDg12({ authority: "Autoridad Sintética", issueDate: issueDate(expiryDate) })],
    ...(infos.length > 0 ? [["DG14", writeDg14(infos)] as const] : []),
    ...(signing !== undefined ? [["DG15", writeDg15(signing.spki)] as const] : []),
  ]);
  const hashes = new Map(
    Array.from(groups, ([group, bytes]) => [
      groupNumber(group),
      new Uint8Array(createHash("sha256").update(bytes).digest()),
    ]),
  );
  const object = writeSecurityObject({ hashOid: "2.16.840.1.101.3.4.2.1", hashes });
  const sod = tlv(0x77, await issuer.sign(SECURITY_OBJECT, object, faults.expiredSigner));
  const { altered } = faults;
  if (altered !== undefined) groups.set(altered, alter(groups.get(altered) ?? new Uint8Array()));
  const files = new Map<FileName, Uint8Array>([
    ["COM", writeCom([...groups.keys()])],
    ["SOD", sod],
    ...groups,
    ...(pace === undefined
      ? []
      : [["CardAccess", writeSecurityInfos(infos.filter(({ kind }) => kind === "pace"))] as const]),
    ...(profile.lengths === undefined ? [] : [["AtrInfo", writeAtrInfo(profile.lengths)] as const]),
  ]);
  const wrong = faults.cloned === true;
  return {
    files,
    key: { kind: "mrz", documentNumber, birthDate: person.birthDate, expiryDate },
    can: cardAccessNumber(documentNumber),
    pace,
    agreement:
      wrong && agreement !== undefined ? { ...agreement, own: privateKey(agreement.curve, random) } : agreement,
    signing:
      wrong && profile.activeAuthentication !== undefined
        ? newSigningKey(profile.activeAuthentication).key
        : signing?.key,
  };
}

type Written = Exclude<SecurityInfo, { kind: "other" }>;

function securityInfos(
  pace: IssuedDocument["pace"],
  agreement: AgreementKey | undefined,
  ecdsa: boolean,
): readonly Written[] {
  const infos: Written[] = [];
  if (pace !== undefined) {
    const { cipher, curve } = pace;
    infos.push({ kind: "pace", oid: paceOid(cipher), cipher, mapping: "generic", parameterId: curve.parameterId });
  }
  if (agreement !== undefined) {
    const { cipher, curve, own } = agreement;
    infos.push(
      { kind: "chip-authentication", oid: chipAuthenticationOid(cipher), cipher, agreement: "ecdh", keyId: 1 },
      { kind: "chip-authentication-key", oid: CHIP_KEY_ECDH, publicKey: spki(curve, own), keyId: 1 },
    );
  }
  if (ecdsa) infos.push({ kind: "active-authentication", oid: "2.23.136.1.1.5", signatureOid: PLAIN_ECDSA_SHA256 });
  return infos;
}

function newAgreementKey(
  { cipher, curve: name }: NonNullable<ChipProfile["chipAuthentication"]>,
  random: (length: number) => Uint8Array,
): AgreementKey {
  const curve = curveNamed(name);
  return { curve, cipher, own: privateKey(curve, random) };
}

function curveNamed(name: CurveName): Curve {
  const curve = CURVES.find((each) => each.name === name);
  if (curve === undefined) throw new RangeError(`no curve ${name}`);
  return curve;
}

function spki(curve: Curve, own: bigint): Uint8Array {
  const algorithm = tlv(0x30, tlv(0x06, encodeOid("1.2.840.10045.2.1")), tlv(0x06, encodeOid(curve.oid)));
  return tlv(0x30, algorithm, tlv(0x03, concat([Uint8Array.of(0), publicKeyOn(curve.points.BASE, own)])));
}

/** The last byte lies in a picture, a name or a date's end: the group stays readable. */
function alter(bytes: Uint8Array): Uint8Array {
  const last = bytes.at(-1) ?? 0;
  return bytes.with(-1, last === FILLER ? LETTER_A : last ^ 1);
}

/** Ten years before it ends. */
function issueDate(expiryDate: string): string {
  return `${Number(expiryDate.slice(0, 4)) - 10}${expiryDate.slice(4)}`;
}

/** Invented, like the people: the digits of the document number, six of them. */
export function cardAccessNumber(documentNumber: string): string {
  return documentNumber.replace(/\D/g, "").slice(-6).padStart(6, "0");
}
