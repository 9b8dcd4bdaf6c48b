import { type KeyObject, sign, verify } from "node:crypto";
import { type BareItem, type InnerList, isInnerList, serializeDictionary } from "structured-headers";
import { SIGNATURE } from "../contracts/fleet/identity.ts";
import { type CodedError, coded } from "../registry/coded-error.ts";
import { err, ok, type Result } from "../result.ts";
import { compareContentDigest, contentDigest } from "./content-digest.ts";
import { type Component, componentOf, isSignable, type RequestParts, signatureBase } from "./signature-base.ts";
import { parseCanonicalDictionary } from "./structured-field.ts";

/** Bytes of a raw P-256 signature, r then s (RFC 9421 §3.3.4). */
const SIGNATURE_BYTES = 64;
const NONCE = /^[\w-]{16,64}$/;
const KEY_ID = /^[0-9a-f]{64}$/;

export type RequestToSign = {
  readonly method: string;
  readonly url: URL;
  /** Needed with a body. */
  readonly contentType?: string;
  readonly body?: Uint8Array;
};

export type SigningIdentity = {
  readonly key: KeyObject;
  /** SHA-256 of the certificate's DER, hex. */
  readonly keyid: string;
};

/**
 * The headers that sign a request by the profile `SIGNATURE` (RFC 9421): `signature-input`, `signature` and, with a body,
 * `content-digest`. `content-type` is signed with the body and must be sent as given.
 *
 * @param created seconds since the Unix epoch.
 * @param nonce 16 to 64 letters, digits, `_` or `-`, never used before.
 */
export function signRequest(
  request: RequestToSign,
  identity: SigningIdentity,
  created: number,
  nonce: string,
): Record<string, string> {
  const body = request.body ?? new Uint8Array();
  const headers: Record<string, string> = {};
  if (body.length > 0) {
    if (request.contentType === undefined) throw new Error("a request with a body needs a content type to be signed");
    headers["content-type"] = request.contentType;
    headers["content-digest"] = contentDigest(body);
  }
  const { pathname, search, host } = request.url;
  const parts = { method: request.method, target: `${pathname}${search}`, authority: host, headers };
  const names = requiredComponents(parts.target, body);
  const parameters = new Map<string, BareItem>([
    ["created", created],
    ["nonce", nonce],
    ["keyid", identity.keyid],
    ["alg", SIGNATURE.algorithm],
    ["tag", SIGNATURE.tag],
  ]);
  const input: InnerList = [names.map((name) => [name, new Map()]), parameters];
  const components = names.map((name): Component => [name, componentOf(parts, name) ?? ""]);
  const value = sign("sha256", Buffer.from(signatureBase(components, input)), {
    key: identity.key,
    dsaEncoding: "ieee-p1363",
  });
  return {
    ...(headers["content-digest"] === undefined ? {} : { "content-digest": headers["content-digest"] }),
    "signature-input": serializeDictionary(new Map([[SIGNATURE.label, input]])),
    signature: serializeDictionary(new Map([[SIGNATURE.label, [new Uint8Array(value), new Map()]]])),
  };
}

/** What must be covered for a request with this target and body. */
function requiredComponents(target: string, body: Uint8Array): string[] {
  return [
    ...SIGNATURE.components,
    ...(target.includes("?") ? ["@query"] : []),
    ...(body.length > 0 ? ["content-digest", "content-type"] : []),
  ];
}

export type ReceivedRequest = RequestParts & { readonly body: Uint8Array };

export type RequestSignature = {
  readonly keyid: string;
  /** Seconds since the Unix epoch. */
  readonly created: number;
  readonly nonce: string;
  readonly base: string;
  readonly value: Uint8Array;
};

export type SignatureError = CodedError<
  "identity.signature-missing" | "identity.signature-malformed" | "identity.digest-wrong"
>;

/**
 * Reads a request's signature and checks all of the profile `SIGNATURE` that needs no key: form, parameters, covered components,
 * and the body's digest. The signature itself is checked by `verifySignature`, its age by `isFresh`, repetition by `NonceCache`.
 */
export function readSignature(request: ReceivedRequest): Result<RequestSignature, SignatureError> {
  const { "signature-input": inputHeader, signature: signatureHeader } = request.headers;
  if (inputHeader === undefined || signatureHeader === undefined) return err(coded("identity.signature-missing"));
  if (!request.target.startsWith("/")) return malformed("target");
  const input = parseCanonicalDictionary(inputHeader)?.get(SIGNATURE.label);
  if (input === undefined || !isInnerList(input)) return malformed("signature-input");
  const value = parseCanonicalDictionary(signatureHeader)?.get(SIGNATURE.label)?.[0];
  if (!(value instanceof ArrayBuffer) || value.byteLength !== SIGNATURE_BYTES) return malformed("signature");

  const parameters = readParameters(input[1]);
  if (typeof parameters === "string") return malformed(parameters);
  const components = readComponents(request, input);
  if (typeof components === "string") return malformed(components);

  const digest = request.headers["content-digest"];
  if (digest !== undefined) {
    const verdict = compareContentDigest(digest, request.body);
    if (verdict === "malformed") return malformed("content-digest");
    if (verdict === "differs") return err(coded("identity.digest-wrong"));
  }
  const base = signatureBase(components, input);
  return ok({ ...parameters, base, value: new Uint8Array(value) });
}

/** Whether `key` made the signature. */
export function verifySignature(signature: RequestSignature, key: KeyObject): boolean {
  return verify("sha256", Buffer.from(signature.base), { key, dsaEncoding: "ieee-p1363" }, signature.value);
}

/** Whether a signature was made within the profile's skew of `now` (milliseconds since the Unix epoch). */
export function isFresh(signature: RequestSignature, now: number): boolean {
  return Math.abs(now / 1_000 - signature.created) <= SIGNATURE.skew;
}

function readParameters(
  parameters: ReadonlyMap<string, BareItem>,
): Pick<RequestSignature, "created" | "nonce" | "keyid"> | string {
  const [created, nonce, keyid] = [parameters.get("created"), parameters.get("nonce"), parameters.get("keyid")];
  if (parameters.get("alg") !== SIGNATURE.algorithm) return "alg";
  if (parameters.get("tag") !== SIGNATURE.tag) return "tag";
  if (typeof created !== "number" || !Number.isInteger(created)) return "created";
  if (typeof nonce !== "string" || !NONCE.test(nonce)) return "nonce";
  if (typeof keyid !== "string" || !KEY_ID.test(keyid)) return "keyid";
  // Its meaning would have to be honoured; the profile bounds a signature's life by `created` alone.
  if (parameters.has("expires")) return "expires is not of the profile";
  return { created, nonce, keyid };
}

/** The covered components with their values, or what is wrong. */
function readComponents(request: ReceivedRequest, [items]: InnerList): Component[] | string {
  const components: Component[] = [];
  for (const [name, parameters] of items) {
    if (typeof name !== "string" || name !== name.toLowerCase() || parameters.size > 0) return "component";
    if (components.some(([other]) => other === name)) return `${name} covered twice`;
    const value = componentOf(request, name);
    if (value === undefined || !isSignable(value)) return `component ${name}`;
    components.push([name, value]);
  }
  const missing = requiredComponents(request.target, request.body).find(
    (name) => !components.some(([covered]) => covered === name),
  );
  return missing === undefined ? components : `${missing} not covered`;
}

function malformed(what: string): Result<never, SignatureError> {
  return err(coded("identity.signature-malformed", what));
}
