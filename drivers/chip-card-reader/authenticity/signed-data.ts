import { constants, createHash, type KeyObject, verify, X509Certificate } from "node:crypto";
import { equalBytes } from "../../../base/bytes/bytes.ts";
import { err, ok, type Result } from "../../../base/result.ts";
import { decodeOid } from "../access/security-infos.ts";
import { HASHES } from "../lds/security-object.ts";
import { checkNesting, find, inside, readTlv, readTlvs, type Tlv, type TlvFault, tlv } from "../tlv.ts";

/**
 * SignedData of CMS (RFC 5652) as EF.SOD and master lists hold it: one signer, content inside, DER. Read with our own bounded
 * codec, because the bytes come from a card; certificates and signatures are left to OpenSSL.
 */
export type SignedData = {
  readonly contentType: string;
  readonly content: Uint8Array;
  /** DER, as they stand in the message. */
  readonly certificates: readonly Uint8Array[];
  readonly signer: Signer;
};

type Signer = {
  readonly identifier: Tlv;
  readonly hash: string | undefined;
  /** DER of the SET, as it is signed; `undefined` when the content itself is signed. */
  readonly attributes: Uint8Array | undefined;
  readonly algorithm: Algorithm;
  readonly signature: Uint8Array;
};

type Algorithm = { readonly oid: string | undefined; readonly parameters: Uint8Array | undefined };

const SIGNED_DATA = "1.2.840.113549.1.7.2";
const CONTENT_TYPE = "1.2.840.113549.1.9.3";
const MESSAGE_DIGEST = "1.2.840.113549.1.9.4";
const TAG = { integer: 0x02, octets: 0x04, oid: 0x06, sequence: 0x30, set: 0x31, c0: 0xa0, keyId: 0x80 } as const;

export function readSignedData(der: Uint8Array): Result<SignedData, TlvFault> {
  const bounded = checkNesting(der);
  if (!bounded.ok) return bounded;
  const outer = inside(der, TAG.sequence);
  if (!outer.ok) return outer;
  if (oidIn(outer.value) !== SIGNED_DATA) return err("tag-form");
  const body = inside(find(outer.value, TAG.c0) ?? new Uint8Array(), TAG.sequence);
  if (!body.ok) return body;
  const [, , encapsulated, ...rest] = body.value;
  const content = encapsulated === undefined ? err<TlvFault>("truncated") : readTlvs(encapsulated.value);
  if (!content.ok) return content;
  const octets = readTlv(find(content.value, TAG.c0) ?? new Uint8Array());
  const contentType = oidIn(content.value);
  if (!octets.ok || octets.value.tlv.tag !== TAG.octets || contentType === undefined) return err("tag-form");
  const certificates = wholes(find(rest, TAG.c0) ?? new Uint8Array());
  const signers = readTlvs(find(rest, TAG.set) ?? new Uint8Array());
  if (!certificates.ok) return certificates;
  const [first] = signers.ok ? signers.value : [];
  const signer = first === undefined ? err<TlvFault>("truncated") : readSigner(first.value);
  return signer.ok
    ? ok({ contentType, content: octets.value.tlv.value, certificates: certificates.value, signer: signer.value })
    : signer;
}

function readSigner(bytes: Uint8Array): Result<Signer, TlvFault> {
  const members = readTlvs(bytes);
  if (!members.ok) return members;
  const [, identifier, digest, ...rest] = members.value;
  const signed = find(rest, TAG.c0);
  const algorithm = rest.find(({ tag }) => tag === TAG.sequence);
  const signature = find(rest, TAG.octets);
  if (identifier === undefined || digest === undefined || algorithm === undefined || signature === undefined)
    return err("truncated");
  return ok({
    identifier,
    hash: HASHES[readAlgorithm(digest.value).oid ?? ""],
    attributes: signed === undefined ? undefined : tlv(TAG.set, signed),
    algorithm: readAlgorithm(algorithm.value),
    signature,
  });
}

function readAlgorithm(bytes: Uint8Array): Algorithm {
  const members = readTlvs(bytes);
  const [, parameters] = members.ok ? members.value : [];
  return { oid: members.ok ? oidIn(members.value) : undefined, parameters: parameters?.value };
}

function oidIn(members: readonly Tlv[]): string | undefined {
  const value = find(members, TAG.oid);
  return value === undefined ? undefined : decodeOid(value);
}

function wholes(bytes: Uint8Array): Result<readonly Uint8Array[], TlvFault> {
  const found: Uint8Array[] = [];
  for (let rest = bytes; rest.length > 0; ) {
    const next = readTlv(rest);
    if (!next.ok) return next;
    found.push(next.value.whole);
    rest = next.value.rest;
  }
  return ok(found);
}

/** `undefined` for what OpenSSL does not read as a certificate. */
export function parseCertificate(der: Uint8Array): X509Certificate | undefined {
  try {
    return new X509Certificate(der);
  } catch {
    return undefined;
  }
}

/** The certificate in the message that the signer names, by issuer and serial number or by key identifier. */
export function signerCertificate({ certificates, signer }: SignedData): X509Certificate | undefined {
  const named = certificates.find((der) => {
    const fields = readTlv(der);
    const certificate = fields.ok ? readTlv(fields.value.tlv.value) : fields;
    const members = certificate.ok ? readTlvs(certificate.value.tlv.value) : certificate;
    if (!members.ok) return false;
    const at = members.value[0]?.tag === TAG.c0 ? 1 : 0;
    const serial = members.value[at]?.value;
    const issuer = members.value[at + 2]?.value;
    if (signer.identifier.tag === TAG.keyId) {
      // The key identifier stands in the extension 2.5.29.14; its bytes are searched for, wherever they are.
      return Buffer.from(der).includes(Buffer.from(signer.identifier.value));
    }
    const [name, number] = membersOf(signer.identifier.value);
    if (serial === undefined || issuer === undefined || name === undefined || number === undefined) return false;
    return equalBytes(serial, number.value) && equalBytes(issuer, name.value);
  });
  return named === undefined ? undefined : parseCertificate(named);
}

function membersOf(bytes: Uint8Array): readonly Tlv[] {
  const members = readTlvs(bytes);
  return members.ok ? members.value : [];
}

export type SignatureFault = "wrong" | "unsupported";

/** Verifies the signer's signature over content and signed attributes. */
export function verifySignedData(data: SignedData, certificate: X509Certificate): Result<void, SignatureFault> {
  const { contentType, content, signer } = data;
  if (signer.hash === undefined) return err("unsupported");
  let signed = content;
  if (signer.attributes !== undefined) {
    const attributes = attributesOf(signer.attributes);
    const type = attributes.get(CONTENT_TYPE);
    const digest = attributes.get(MESSAGE_DIGEST);
    const expected = new Uint8Array(createHash(signer.hash).update(content).digest());
    if (type === undefined || decodeOid(type) !== contentType) return err("wrong");
    if (digest === undefined || !equalBytes(digest, expected)) return err("wrong");
    signed = signer.attributes;
  }
  const key = publicKeyOf(certificate);
  if (key === undefined) return err("unsupported");
  return verifySignature(key, signer.algorithm, signer.hash, signed, signer.signature);
}

/** `undefined` for a key that OpenSSL does not read, though it read the certificate around it. */
function publicKeyOf(certificate: X509Certificate): KeyObject | undefined {
  try {
    return certificate.publicKey;
  } catch {
    return undefined;
  }
}

/** The first value of each attribute, without its tag. */
function attributesOf(set: Uint8Array): ReadonlyMap<string, Uint8Array> {
  const attributes = new Map<string, Uint8Array>();
  const members = inside(set, TAG.set);
  for (const { value } of members.ok ? members.value : []) {
    const pair = membersOf(value);
    const oid = oidIn(pair);
    const first = membersOf(find(pair, TAG.set) ?? new Uint8Array())[0];
    if (oid !== undefined && first !== undefined) attributes.set(oid, first.value);
  }
  return attributes;
}

/** Signature algorithms of Doc 9303-12 §4.4, with the hash that the identifier itself names. */
const RSA: { readonly [oid: string]: string | undefined } = {
  "1.2.840.113549.1.1.1": undefined,
  "1.2.840.113549.1.1.5": "sha1",
  "1.2.840.113549.1.1.14": "sha224",
  "1.2.840.113549.1.1.11": "sha256",
  "1.2.840.113549.1.1.12": "sha384",
  "1.2.840.113549.1.1.13": "sha512",
};
const RSA_PSS = "1.2.840.113549.1.1.10";
const ECDSA: { readonly [oid: string]: string } = {
  "1.2.840.10045.4.1": "sha1",
  "1.2.840.10045.4.3.1": "sha224",
  "1.2.840.10045.4.3.2": "sha256",
  "1.2.840.10045.4.3.3": "sha384",
  "1.2.840.10045.4.3.4": "sha512",
};
/** BSI TR-03111 §5.2.1: r and s side by side. */
const ECDSA_PLAIN: { readonly [oid: string]: string } = {
  "0.4.0.127.0.7.1.1.4.1.1": "sha1",
  "0.4.0.127.0.7.1.1.4.1.2": "sha224",
  "0.4.0.127.0.7.1.1.4.1.3": "sha256",
  "0.4.0.127.0.7.1.1.4.1.4": "sha384",
  "0.4.0.127.0.7.1.1.4.1.5": "sha512",
};

/** The hash that a plain or DER-encoded ECDSA identifier names. */
export function ecdsaHash(oid: string): string | undefined {
  return ECDSA_PLAIN[oid] ?? ECDSA[oid];
}

function verifySignature(
  key: KeyObject,
  { oid = "", parameters }: Algorithm,
  hash: string,
  data: Uint8Array,
  signature: Uint8Array,
): Result<void, SignatureFault> {
  const check = (algorithm: string, options: object) =>
    passes(() => verify(algorithm, data, { key, ...options }, signature)) ? ok() : err<SignatureFault>("wrong");
  if (oid in RSA) return check(RSA[oid] ?? hash, { padding: constants.RSA_PKCS1_PADDING });
  if (oid === RSA_PSS)
    return check(pssHash(parameters) ?? "sha1", {
      padding: constants.RSA_PKCS1_PSS_PADDING,
      saltLength: constants.RSA_PSS_SALTLEN_AUTO,
    });
  if (ECDSA[oid] !== undefined) return check(ECDSA[oid], { dsaEncoding: "der" });
  if (ECDSA_PLAIN[oid] !== undefined) return check(ECDSA_PLAIN[oid], { dsaEncoding: "ieee-p1363" });
  return err("unsupported");
}

/** RSASSA-PSS-params (RFC 4055 §3.1): the hash stands in [0]; the mask generation uses the same one in all profiles of documents. */
function pssHash(parameters: Uint8Array | undefined): string | undefined {
  const algorithm = find(membersOf(parameters ?? new Uint8Array()), TAG.c0);
  const [sequence] = algorithm === undefined ? [] : membersOf(algorithm);
  return sequence === undefined ? undefined : HASHES[oidIn(membersOf(sequence.value)) ?? ""];
}

/** OpenSSL throws for keys and signatures that it cannot use; both come from a card. */
function passes(check: () => boolean): boolean {
  try {
    return check();
  } catch {
    return false;
  }
}
