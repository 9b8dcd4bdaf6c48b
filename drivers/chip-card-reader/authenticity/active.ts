import { constants, createHash, createPublicKey, type KeyObject, publicDecrypt, verify } from "node:crypto";
import { concat, equalBytes } from "../../../base/bytes/bytes.ts";
import type { CodedError } from "../../../base/registry/coded-error.ts";
import { ok, type Result } from "../../../base/result.ts";
import type { Random } from "../access/open.ts";
import type { SecurityInfo } from "../access/security-infos.ts";
import { SHORT_LE } from "../apdu/apdu.ts";
import type { Proof } from "../interface.ts";
import type { CardSession } from "../session.ts";
import { failed, NOT_OFFERED, PROVED } from "./passive.ts";
import { ecdsaHash } from "./signed-data.ts";

const CHALLENGE_LENGTH = 8;

/** Active authentication (ICAO Doc 9303-11 §6.1): the chip signs a random number with the key whose public half is in DG15. */
export async function authenticateActively(
  session: CardSession,
  spki: Uint8Array | undefined,
  infos: readonly SecurityInfo[],
  random: Random,
): Promise<Result<Proof, CodedError>> {
  if (spki === undefined) return ok(NOT_OFFERED);
  const key = publicKeyOf(spki);
  if (key === undefined) return ok(failed("chip-card.unsupported"));
  const challenge = random(CHALLENGE_LENGTH);
  // A signature of RSA fills its modulus; with short answers only, 256 bytes less secure messaging do not always hold it.
  const le = Math.max(SHORT_LE, session.lengths === undefined ? 0 : 1_024);
  const answered = await session.send(
    { cla: 0, ins: 0x88, p1: 0, p2: 0, data: challenge, le },
    "active authentication",
  );
  if (!answered.ok) return answered;
  const { data, sw } = answered.value;
  if (sw !== 0x9000) return ok(failed("chip-card.cloned"));
  if (key.asymmetricKeyType === "rsa") return ok(recovers(key, challenge, data) ? PROVED : failed("chip-card.cloned"));
  if (key.asymmetricKeyType !== "ec") return ok(failed("chip-card.unsupported"));
  const named = infos.find((info) => info.kind === "active-authentication");
  const hash = named?.kind === "active-authentication" ? ecdsaHash(named.signatureOid) : undefined;
  if (hash === undefined) return ok(failed("chip-card.unsupported"));
  return ok(isSignedBy(key, hash, challenge, data) ? PROVED : failed("chip-card.cloned"));
}

function publicKeyOf(spki: Uint8Array): KeyObject | undefined {
  try {
    return createPublicKey({ key: Buffer.from(spki), format: "der", type: "spki" });
  } catch {
    return undefined;
  }
}

function isSignedBy(key: KeyObject, hash: string, challenge: Uint8Array, signature: Uint8Array): boolean {
  try {
    return verify(hash, challenge, { key, dsaEncoding: "ieee-p1363" }, signature);
  } catch {
    return false;
  }
}

/** Trailers of ISO/IEC 9796-2: one byte for SHA-1, or the hash's number before CC. */
const TRAILERS: { readonly [number: number]: string } = {
  51: "sha1",
  52: "sha256",
  53: "sha512",
  54: "sha384",
  56: "sha224",
};

/** ISO/IEC 9796-2 digital signature scheme 1, partial recovery: 6A, M1, hash of M1 and the challenge, trailer. */
function recovers(key: KeyObject, challenge: Uint8Array, signature: Uint8Array): boolean {
  let opened: Uint8Array;
  try {
    opened = new Uint8Array(publicDecrypt({ key, padding: constants.RSA_NO_PADDING }, signature));
  } catch {
    return false;
  }
  const short = opened.at(-1) === 0xbc;
  const hash = short ? "sha1" : opened.at(-1) === 0xcc ? TRAILERS[opened.at(-2) ?? 0] : undefined;
  if (opened[0] !== 0x6a || hash === undefined) return false;
  const end = opened.length - (short ? 1 : 2);
  const length = createHash(hash).digest().length;
  if (end - length < 1) return false;
  const digest = opened.subarray(end - length, end);
  const message = concat([opened.subarray(1, end - length), challenge]);
  return equalBytes(digest, new Uint8Array(createHash(hash).update(message).digest()));
}
