import { createHash, generateKeyPairSync, KeyObject, randomBytes, sign, type webcrypto } from "node:crypto";
import "../../base/node/reflect-metadata.ts";
import {
  Attribute,
  CertificateChoices,
  CertificateSet,
  ContentInfo,
  DigestAlgorithmIdentifiers,
  EncapsulatedContent,
  EncapsulatedContentInfo,
  IssuerAndSerialNumber,
  id_contentType,
  id_messageDigest,
  id_signedData,
  SignedData,
  SignerIdentifier,
  SignerInfo,
  SignerInfos,
} from "@peculiar/asn1-cms";
import { AsnConvert, OctetString } from "@peculiar/asn1-schema";
import { AlgorithmIdentifier, Certificate } from "@peculiar/asn1-x509";
import * as x509 from "@peculiar/x509";
import { concat } from "../../base/bytes/bytes.ts";
import { encodeOid } from "../../drivers/chip-card-reader/access/security-infos.ts";
import { tlv } from "../../drivers/chip-card-reader/tlv.ts";

const SHA256 = "2.16.840.1.101.3.4.2.1";
const ECDSA_SHA256 = "1.2.840.10045.4.3.2";
const MASTER_LIST = "2.23.136.1.1.2";
const DAY = 24 * 60 * 60 * 1_000;
const ALGORITHM = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };

type Pair = { readonly keys: webcrypto.CryptoKeyPair; readonly key: KeyObject };

/** An invented State's authority for documents: a CSCA and the signers that it certifies. Made anew wherever it is needed. */
export type Issuer = {
  /** The authority's certificate, DER. */
  readonly csca: Uint8Array;
  /** CMS signed data over `content`, by a document signer. @param expired by one whose certificate has ended. */
  readonly sign: (contentType: string, content: Uint8Array, expired?: boolean) => Promise<Uint8Array>;
  /** A master list with the authority's certificate and these, DER. */
  readonly masterList: (more?: readonly Uint8Array[]) => Promise<Uint8Array>;
};

/** @param country two letters. @param now milliseconds since the Unix epoch. */
export async function createIssuer(country: string, now: number): Promise<Issuer> {
  const authority = await newPair();
  const name = `C=${country}, O=Synthetic Authority, CN=Synthetic CSCA`;
  const csca = await x509.X509CertificateGenerator.create({
    serialNumber: serial(),
    subject: name,
    issuer: name,
    notBefore: new Date(now - 400 * DAY),
    notAfter: new Date(now + 4_000 * DAY),
    signingAlgorithm: ALGORITHM,
    publicKey: authority.keys.publicKey,
    signingKey: authority.keys.privateKey,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(authority.keys.publicKey),
    ],
  });
  const certify = async (from: number, until: number) => {
    const signer = await newPair();
    const certificate = await x509.X509CertificateGenerator.create({
      serialNumber: serial(),
      subject: `C=${country}, O=Synthetic Authority, CN=Document Signer`,
      issuer: name,
      notBefore: new Date(from),
      notAfter: new Date(until),
      signingAlgorithm: ALGORITHM,
      publicKey: signer.keys.publicKey,
      signingKey: authority.keys.privateKey,
      extensions: [
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
        await x509.AuthorityKeyIdentifierExtension.create(authority.keys.publicKey),
      ],
    });
    return { key: signer.key, der: new Uint8Array(certificate.rawData) };
  };
  const current = certify(now - 100 * DAY, now + 3_900 * DAY);
  const der = new Uint8Array(csca.rawData);
  const signWith = async (contentType: string, content: Uint8Array, expired = false) => {
    const signer = await (expired ? certify(now - 300 * DAY, now - 10 * DAY) : current);
    return signedData(contentType, content, signer);
  };
  return {
    csca: der,
    sign: signWith,
    masterList: (more = []) =>
      signWith(MASTER_LIST, tlv(0x30, tlv(0x02, Uint8Array.of(0)), tlv(0x31, concat([der, ...more])))),
  };
}

async function newPair(): Promise<Pair> {
  const keys = await crypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"]);
  return { keys, key: KeyObject.from(keys.privateKey) };
}

function serial(): string {
  return `1${randomBytes(8).toString("hex").slice(1)}`;
}

/** Written by `@peculiar/asn1-cms`, which the driver does not use: reader and writer do not share their mistakes. */
function signedData(
  contentType: string,
  content: Uint8Array,
  signer: { readonly key: KeyObject; readonly der: Uint8Array },
): Uint8Array {
  const certificate = AsnConvert.parse(signer.der, Certificate);
  const attribute = (attrType: string, value: Uint8Array) =>
    new Attribute({ attrType, attrValues: [new Uint8Array(value).buffer] });
  const digest = createHash("sha256").update(content).digest();
  const signedAttrs = [
    attribute(id_contentType, tlv(0x06, encodeOid(contentType))),
    attribute(id_messageDigest, tlv(0x04, digest)),
  ];
  const attributes = signedAttrs.map((each) => new Uint8Array(AsnConvert.serialize(each)));
  const set = tlv(0x31, ...attributes.toSorted((a, b) => Buffer.compare(a, b)));
  const signature = sign("sha256", set, { key: signer.key, dsaEncoding: "der" });
  const digestAlgorithm = new AlgorithmIdentifier({ algorithm: SHA256 });
  const data = new SignedData({
    version: 3,
    digestAlgorithms: new DigestAlgorithmIdentifiers([digestAlgorithm]),
    encapContentInfo: new EncapsulatedContentInfo({
      eContentType: contentType,
      eContent: new EncapsulatedContent({ single: new OctetString(content) }),
    }),
    certificates: new CertificateSet([new CertificateChoices({ certificate })]),
    signerInfos: new SignerInfos([
      new SignerInfo({
        version: 1,
        sid: new SignerIdentifier({
          issuerAndSerialNumber: new IssuerAndSerialNumber({
            issuer: certificate.tbsCertificate.issuer,
            serialNumber: certificate.tbsCertificate.serialNumber,
          }),
        }),
        digestAlgorithm,
        signedAttrs,
        signatureAlgorithm: new AlgorithmIdentifier({ algorithm: ECDSA_SHA256 }),
        signature: new OctetString(signature),
      }),
    ]),
  });
  const message = new ContentInfo({ contentType: id_signedData, content: AsnConvert.serialize(data) });
  return new Uint8Array(AsnConvert.serialize(message));
}

/** A key pair of active authentication, with its public half as SPKI DER. */
export function newSigningKey(kind: "ecdsa" | "rsa"): { readonly key: KeyObject; readonly spki: Uint8Array } {
  const { publicKey, privateKey } =
    kind === "rsa"
      ? generateKeyPairSync("rsa", { modulusLength: 1_536 })
      : generateKeyPairSync("ec", { namedCurve: "prime256v1" });
  return { key: privateKey, spki: new Uint8Array(publicKey.export({ format: "der", type: "spki" })) };
}
