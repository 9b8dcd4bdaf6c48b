import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign, verify } from "node:crypto";
import { canonicalJson } from "../canonical-json.ts";
import {
  MAX_PACKAGE_CHARACTERS,
  type PackageManifest,
  type ServicePackageFile,
  servicePackageFileSchema,
} from "../contracts/service-package.ts";
import { parseJson } from "../json.ts";
import { type CodedError, coded } from "../registry/coded-error.ts";
import { err, ok, type Result } from "../result.ts";

/** A package whose form, hashes and signature hold. Whether its author is trusted is another question. */
export type OpenedPackage = ServicePackageFile & {
  /** Of the whole file, hex. */
  readonly sha256: string;
};

/** So that a signature for one purpose is of no use for another. */
const PURPOSE = "ventanilla-service-package\n";

export function sha256(content: string | Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}

/** The file `<institution>.<service>-<version>.service.json`. */
export function packageFileName({ service, version }: Pick<PackageManifest, "service" | "version">): string {
  return `${service.replace("/", ".")}-${version}.service.json`;
}

/**
 * Writes and signs a package. The same definition, manifest and key give the same bytes: Ed25519 signs without chance, and
 * JSON has one canonical form.
 *
 * @param manifest without the hashes of `files`, which are added.
 */
export function sealPackage(
  manifest: Omit<PackageManifest, "files">,
  files: { readonly [name: string]: string },
  key: KeyObject,
): string {
  const hashes = Object.fromEntries(Object.entries(files).map(([name, text]) => [name, sha256(text)]));
  const signed: PackageManifest = { ...manifest, files: hashes };
  const value = sign(null, signedBytes(signed), key).toString("hex");
  return `${canonicalJson({ manifest: signed, files, signature: { key: publicKeyOf(key), value } })}\n`;
}

/** Reads a package; says what of it does not hold. Every byte counts: the file has one form only. */
export function openPackage(text: string): Result<OpenedPackage, CodedError> {
  const damaged = (what: string) => err(coded("service.package-damaged", what));
  if (text.length > MAX_PACKAGE_CHARACTERS) return damaged(`it is longer than ${MAX_PACKAGE_CHARACTERS} characters`);
  const parsed = servicePackageFileSchema.safeParse(parseJson(text));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return damaged(issue === undefined || issue.path.length === 0 ? "it is no service package" : issue.path.join("."));
  }
  const { manifest, files, signature } = parsed.data;
  for (const name of new Set([...Object.keys(files), ...Object.keys(manifest.files)]))
    if (manifest.files[name] !== sha256(files[name] ?? "")) return damaged(`${name} is not the file that was signed`);
  if (!verify(null, signedBytes(manifest), publicKey(signature.key), Buffer.from(signature.value, "hex")))
    return err(coded("service.package-signature", `manifest of ${manifest.service} ${manifest.version}`));
  if (text !== `${canonicalJson(parsed.data)}\n`) return damaged("its bytes are not those that were packed");
  return ok({ ...parsed.data, sha256: sha256(text) });
}

/**
 * Reads an author's private key (PEM, PKCS #8).
 *
 * @returns undefined when it is no Ed25519 key.
 */
export function readAuthorKey(pem: string): KeyObject | undefined {
  try {
    const key = createPrivateKey(pem);
    return key.asymmetricKeyType === "ed25519" ? key : undefined;
  } catch {
    return undefined;
  }
}

/** The public key of a private one, 64 hex digits: what a kiosk's configuration trusts. */
export function publicKeyOf(key: KeyObject): string {
  const { x = "" } = createPublicKey(key).export({ format: "jwk" });
  return Buffer.from(x, "base64url").toString("hex");
}

function publicKey(hex: string): KeyObject {
  const x = Buffer.from(hex, "hex").toString("base64url");
  return createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x }, format: "jwk" });
}

function signedBytes(manifest: PackageManifest): Buffer {
  return Buffer.from(PURPOSE + canonicalJson(manifest));
}
