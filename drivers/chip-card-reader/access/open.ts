import { randomBytes } from "node:crypto";
import { equalBytes } from "../../../base/bytes/bytes.ts";
import { type CodedError, coded } from "../../../base/registry/coded-error.ts";
import { err, ok, type Result } from "../../../base/result.ts";
import { type Response, SHORT_LE, swText } from "../apdu/apdu.ts";
import { type Curve, curveOfParameter, privateKey } from "../crypto/curves.ts";
import type { CardSession } from "../session.ts";
import { find, inside } from "../tlv.ts";
import { bacKeys, bacMessaging, CHALLENGE_LENGTH, KEY_MATERIAL_LENGTH, openProof, sealProof } from "./bac.ts";
import { bacSeed, type ChipKey, type MrzKey, PASSWORD_REFERENCE, paceSecret } from "./key.ts";
import {
  dynamicData,
  mapGenerator,
  openNonce,
  paceKeys,
  paceMessaging,
  paceToken,
  publicKeyOn,
  setAuthenticationData,
} from "./pace.ts";
import type { SecurityInfo } from "./security-infos.ts";

export type Random = (length: number) => Uint8Array;
export const secureRandom: Random = (length) => new Uint8Array(randomBytes(length));

export type Pace = Extract<SecurityInfo, { kind: "pace" }>;

const refused = (detail: string) => err(coded("chip-card.key-refused", detail));

/** Opens the selected application with Basic Access Control. */
export async function openWithBac(
  session: CardSession,
  key: MrzKey,
  random: Random,
): Promise<Result<void, CodedError>> {
  const challenge = await session.expect({ cla: 0, ins: 0x84, p1: 0, p2: 0, le: CHALLENGE_LENGTH }, "get challenge");
  if (!challenge.ok) return challenge;
  if (challenge.value.length !== CHALLENGE_LENGTH) return err(coded("chip-card.malformed", "challenge"));
  const keys = bacKeys(bacSeed(key));
  const own = random(CHALLENGE_LENGTH);
  const material = random(KEY_MATERIAL_LENGTH);
  const data = sealProof(keys, { own, other: challenge.value, material });
  const answered = await session.send({ cla: 0, ins: 0x82, p1: 0, p2: 0, data, le: data.length }, "authenticate");
  if (!answered.ok) return answered;
  if (answered.value.sw !== 0x9000) return refused(`BAC: ${swText(answered.value.sw)}`);
  const proof = openProof(keys, answered.value.data);
  if (proof === undefined || !equalBytes(proof.other, own) || !equalBytes(proof.own, challenge.value))
    return err(coded("chip-card.secure-messaging", "the card's proof in BAC"));
  session.protect(bacMessaging(proof, { own, material }));
  return ok();
}

/** The strongest PACE among those that the card offers and this reader can do; `undefined` when there is none. */
export function choosePace(infos: readonly SecurityInfo[]): { readonly info: Pace; readonly curve: Curve } | undefined {
  const strength = ["3des", "aes128", "aes192", "aes256"];
  return infos
    .flatMap((info) => {
      if (info.kind !== "pace" || info.mapping !== "generic" || info.parameterId === undefined) return [];
      const curve = curveOfParameter(info.parameterId);
      return curve === undefined ? [] : [{ info, curve }];
    })
    .toSorted(
      (a, b) => strength.indexOf(b.info.cipher) - strength.indexOf(a.info.cipher) || b.curve.size - a.curve.size,
    )[0];
}

/** Opens the card with PACE, generic mapping over an elliptic curve. To be done in the master file, before the application. */
export async function openWithPace(
  session: CardSession,
  key: ChipKey,
  { info, curve }: { readonly info: Pace; readonly curve: Curve },
  random: Random,
): Promise<Result<void, CodedError>> {
  const { cipher, oid } = info;
  const started = await session.send(
    {
      cla: 0,
      ins: 0x22,
      p1: 0xc1,
      p2: 0xa4,
      data: setAuthenticationData(oid, PASSWORD_REFERENCE[key.kind], info.parameterId),
    },
    "PACE: set authentication",
  );
  if (!started.ok) return started;
  const { sw } = started.value;
  // 63Cx counts the tries that are left; the password may still be right.
  if (sw !== 0x9000 && sw >> 4 !== 0x63c)
    return err(coded("chip-card.key-unusable", `PACE with ${key.kind}: ${swText(sw)}`));

  const step = async (name: string, sent: Parameters<typeof dynamicData>, answer: number) => {
    const last = answer === 0x86;
    const answered = await session.send(
      { cla: last ? 0 : 0x10, ins: 0x86, p1: 0, p2: 0, data: dynamicData(...sent), le: SHORT_LE },
      `PACE: ${name}`,
    );
    return answered.ok ? dataOfStep(answered.value, name, answer) : answered;
  };
  const malformed = (name: string) => err(coded("chip-card.malformed", `PACE: ${name}`));

  const sealed = await step("nonce", [], 0x80);
  if (!sealed.ok) return sealed;
  const nonce = openNonce(cipher, paceSecret(key), sealed.value);
  if (nonce === undefined) return malformed("nonce");
  const mapKey = privateKey(curve, random);
  const mapped = await step("mapping", [0x81, publicKeyOn(curve.points.BASE, mapKey)], 0x82);
  if (!mapped.ok) return mapped;
  const generator = mapGenerator(curve, nonce, mapKey, mapped.value);
  if (generator === undefined) return malformed("mapping");
  const own = privateKey(curve, random);
  const ownPublic = publicKeyOn(generator, own);
  const other = await step("key agreement", [0x83, ownPublic], 0x84);
  if (!other.ok) return other;
  const keys = paceKeys(curve, cipher, own, other.value);
  if (keys === undefined || equalBytes(ownPublic, other.value)) return malformed("key agreement");
  const token = await step("token", [0x85, paceToken(cipher, keys, oid, other.value)], 0x86);
  if (!token.ok) return token;
  if (!equalBytes(token.value, paceToken(cipher, keys, oid, ownPublic))) return refused("PACE: the card's token");
  session.protect(paceMessaging(cipher, keys));
  return ok();
}

function dataOfStep({ data, sw }: Response, name: string, tag: number): Result<Uint8Array, CodedError> {
  // With a wrong password a card finds the token wrong, and says so here.
  if (sw !== 0x9000)
    return tag === 0x86
      ? refused(`PACE: ${swText(sw)}`)
      : err(coded("chip-card.access-denied", `PACE, ${name}: ${swText(sw)}`));
  const members = inside(data, 0x7c);
  const value = members.ok ? find(members.value, tag) : undefined;
  return value === undefined ? err(coded("chip-card.malformed", `PACE: ${name}`)) : ok(value);
}
