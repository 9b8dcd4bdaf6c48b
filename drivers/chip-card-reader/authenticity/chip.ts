import { concat } from "../../../base/bytes/bytes.ts";
import type { CodedError } from "../../../base/registry/coded-error.ts";
import { ok, type Result } from "../../../base/result.ts";
import type { Random } from "../access/open.ts";
import { dynamicData, publicKeyOn } from "../access/pace.ts";
import { encodeOid, type SecurityInfo } from "../access/security-infos.ts";
import { SHORT_LE } from "../apdu/apdu.ts";
import { deriveKey } from "../crypto/cipher.ts";
import { privateKey, sharedSecret } from "../crypto/curves.ts";
import { readEcPublicKey } from "../crypto/public-key.ts";
import type { Proof } from "../interface.ts";
import { SecureMessaging } from "../secure-messaging.ts";
import type { CardSession } from "../session.ts";
import { tlv } from "../tlv.ts";
import { failed, NOT_OFFERED, PROVED } from "./passive.ts";

/**
 * Chip authentication (ICAO Doc 9303-11 §6.2): key agreement with the chip's static key, after which messages go under the new keys.
 * Only who holds the private key can answer the next command, so that its answer is the proof.
 *
 * @returns an error only where the card or the link broke in a way that ends the session.
 */
export async function authenticateChip(
  session: CardSession,
  infos: readonly SecurityInfo[],
  random: Random,
): Promise<Result<Proof, CodedError>> {
  const keys = infos.filter((info) => info.kind === "chip-authentication-key");
  const protocol = infos.find((info) => info.kind === "chip-authentication" && info.agreement === "ecdh");
  if (keys.length === 0) return ok(NOT_OFFERED);
  const key = keys.find(
    ({ keyId }) => protocol === undefined || ("keyId" in protocol ? protocol.keyId : undefined) === keyId,
  );
  const chip = key === undefined ? undefined : readEcPublicKey(key.publicKey);
  // Older documents list only the key; then it is used with Triple DES (Doc 9303-11 §6.2.3).
  const cipher = protocol?.kind === "chip-authentication" ? protocol.cipher : "3des";
  if (key === undefined || chip === undefined) return ok(failed("chip-card.unsupported"));

  const own = privateKey(chip.curve, random);
  const publicKey = publicKeyOn(chip.curve.points.BASE, own);
  const reference = key.keyId === undefined ? new Uint8Array() : tlv(0x84, Uint8Array.of(key.keyId));
  if (cipher === "3des") {
    const data = concat([tlv(0x91, publicKey), reference]);
    const agreed = await session.send({ cla: 0, ins: 0x22, p1: 0x41, p2: 0xa6, data }, "chip authentication");
    if (!agreed.ok) return agreed;
    if (agreed.value.sw !== 0x9000) return ok(failed("chip-card.cloned"));
  } else {
    const data = concat([tlv(0x80, encodeOid(protocol?.oid ?? "")), reference]);
    const set = await session.send({ cla: 0, ins: 0x22, p1: 0x41, p2: 0xa4, data }, "chip authentication: set");
    if (!set.ok) return set;
    if (set.value.sw !== 0x9000) return ok(failed("chip-card.cloned"));
    const general = { cla: 0, ins: 0x86, p1: 0, p2: 0, data: dynamicData(0x80, publicKey), le: SHORT_LE };
    const agreed = await session.send(general, "chip authentication");
    if (!agreed.ok) return agreed;
    if (agreed.value.sw !== 0x9000) return ok(failed("chip-card.cloned"));
  }
  const secret = sharedSecret(chip.curve, own, chip.point);
  session.protect(
    new SecureMessaging(cipher, {
      encryption: deriveKey(cipher, secret, "encryption"),
      mac: deriveKey(cipher, secret, "mac"),
    }),
  );
  const answered = await session.readFile("COM");
  if (answered.ok) return ok(PROVED);
  const { code } = answered.error;
  return code === "chip-card.secure-messaging" || code === "chip-card.access-denied"
    ? ok(failed("chip-card.cloned"))
    : answered;
}
