import { CompactEncrypt, compactDecrypt, decodeProtectedHeader, type JWK } from "jose";
import { type SealedContent, type SealingKey, sealedContentSchema } from "../contracts/outbox.ts";
import { err, ok, type Result } from "../result.ts";

const ALGORITHM = "ECDH-ES";
const ENCRYPTION = "A256GCM";
const TYPE = "ventanilla-submission";

/** Where a sealed submission belongs; it opens nowhere else. */
export type SealedPlace = { readonly kiosk: string; readonly key: string };

/** Seals `content` so that only the holder of the private part of `key` can read it: whoever sealed it cannot. */
export async function sealSubmission(key: SealingKey, place: SealedPlace, content: SealedContent): Promise<string> {
  return await new CompactEncrypt(Buffer.from(JSON.stringify(content)))
    .setProtectedHeader({ alg: ALGORITHM, enc: ENCRYPTION, typ: TYPE, kid: key.kid, opensUntil: key.opensUntil })
    .setKeyManagementParameters({ apu: Buffer.from(place.kiosk), apv: Buffer.from(place.key) })
    .encrypt({ kty: "OKP", crv: "X25519", x: key.x } satisfies JWK);
}

/** `unknown-key`: its private part is not here, or not any more. `broken`: changed, moved, or not of this form. */
export type UnsealError = "unknown-key" | "broken";

/** @param privateKey of a `kid`; `undefined` when it is not held. */
export async function openSubmission(
  sealed: string,
  place: SealedPlace,
  privateKey: (kid: string) => JWK | undefined,
): Promise<Result<SealedContent, UnsealError>> {
  try {
    const header = decodeProtectedHeader(sealed);
    if (header.typ !== TYPE || header.kid === undefined) return err("broken");
    if (header.apu !== base64url(place.kiosk) || header.apv !== base64url(place.key)) return err("broken");
    const key = privateKey(header.kid);
    if (key === undefined) return err("unknown-key");
    const { plaintext } = await compactDecrypt(sealed, key, {
      keyManagementAlgorithms: [ALGORITHM],
      contentEncryptionAlgorithms: [ENCRYPTION],
    });
    const content = sealedContentSchema.safeParse(JSON.parse(Buffer.from(plaintext).toString("utf8")));
    return content.success ? ok(content.data) : err("broken");
  } catch {
    return err("broken");
  }
}

function base64url(text: string): string {
  return Buffer.from(text).toString("base64url");
}
