import { createHash, timingSafeEqual } from "node:crypto";
import { parseCanonicalDictionary } from "./structured-field.ts";

/** The value of the header `content-digest` (RFC 9530) for a body, by SHA-256. */
export function contentDigest(body: Uint8Array): string {
  return `sha-256=:${sha256(body).toString("base64")}:`;
}

export type DigestVerdict = "fits" | "differs" | "malformed";

/** Compares a `content-digest` header with the body. It must have SHA-256; other algorithms beside it are not looked at. */
export function compareContentDigest(header: string, body: Uint8Array): DigestVerdict {
  const value = parseCanonicalDictionary(header)?.get("sha-256")?.[0];
  if (!(value instanceof ArrayBuffer)) return "malformed";
  const expected = sha256(body);
  return value.byteLength === expected.length && timingSafeEqual(new Uint8Array(value), expected) ? "fits" : "differs";
}

function sha256(bytes: Uint8Array): Buffer {
  return createHash("sha256").update(bytes).digest();
}
