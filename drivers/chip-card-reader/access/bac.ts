import { timingSafeEqual } from "node:crypto";
import { concat } from "../../../base/bytes/bytes.ts";
import { decryptCbc, deriveKey, encryptCbc, mac, xor } from "../crypto/cipher.ts";
import { SecureMessaging, type SessionKeys } from "../secure-messaging.ts";

/** Basic Access Control (ICAO Doc 9303-11 §4.3), with the steps of both sides. All numbers of bytes are of the standard. */
export const CHALLENGE_LENGTH = 8;
export const KEY_MATERIAL_LENGTH = 16;
const PROOF_LENGTH = 32;
const ZERO = new Uint8Array(8);

export function bacKeys(seed: Uint8Array): SessionKeys {
  return { encryption: deriveKey("3des", seed, "encryption"), mac: deriveKey("3des", seed, "mac") };
}

/** What one side says to prove that it knows the key: random numbers of both and its own key material, under the MAC. */
export type Proof = { readonly own: Uint8Array; readonly other: Uint8Array; readonly material: Uint8Array };

export function sealProof(keys: SessionKeys, { own, other, material }: Proof): Uint8Array {
  const cryptogram = encryptCbc("3des", keys.encryption, ZERO, concat([own, other, material]));
  return concat([cryptogram, mac("3des", keys.mac, cryptogram)]);
}

/** The proof of the other side, `own` and `other` as that side sees them; `undefined` when its MAC is wrong. */
export function openProof(keys: SessionKeys, sealed: Uint8Array): Proof | undefined {
  if (sealed.length !== PROOF_LENGTH + 8) return undefined;
  const cryptogram = sealed.subarray(0, PROOF_LENGTH);
  if (!timingSafeEqual(mac("3des", keys.mac, cryptogram), sealed.subarray(PROOF_LENGTH))) return undefined;
  const plain = decryptCbc("3des", keys.encryption, ZERO, cryptogram);
  return { own: plain.subarray(0, 8), other: plain.subarray(8, 16), material: plain.subarray(16) };
}

/** Session keys and the first counter, from what both sides contributed. */
export function bacMessaging(chip: Pick<Proof, "own" | "material">, terminal: Pick<Proof, "own" | "material">) {
  const seed = xor(terminal.material, chip.material);
  const counter = concat([chip.own.subarray(4), terminal.own.subarray(4)]).reduce(
    (sum, byte) => sum * 0x100n + BigInt(byte),
    0n,
  );
  return new SecureMessaging("3des", bacKeys(seed), counter);
}
