import { toLatin1 } from "../../../base/bytes/bytes.ts";
import { icaoCheckDigit } from "../../../base/icao/check-digit.ts";
import { toSixDigits } from "../../../base/icao/dates.ts";
import { sha1 } from "../crypto/cipher.ts";

/**
 * What opens the chip: something that only who has the card in hand can know. The three elements of the machine-readable zone are
 * also in the QR code of a cédula, so that a scan is enough; the card access number is printed on some cards.
 */
export type ChipKey =
  | {
      readonly kind: "mrz";
      readonly documentNumber: string;
      /** ISO date, of reduced precision (`1974`, or empty) where the issuer does not know it. */
      readonly birthDate: string;
      /** ISO date. */
      readonly expiryDate: string;
    }
  | { readonly kind: "can"; readonly can: string };

export type MrzKey = Extract<ChipKey, { kind: "mrz" }>;

/** Document number, birth and expiry, each with its check digit (Doc 9303-11 §4.3.2). @throws RangeError on other characters. */
export function mrzInformation(key: MrzKey): string {
  const withDigit = (text: string) => text + icaoCheckDigit(text);
  return [
    withDigit(key.documentNumber.toUpperCase().padEnd(9, "<")),
    withDigit(toSixDigits(key.birthDate).padEnd(6, "<")),
    withDigit(toSixDigits(key.expiryDate)),
  ].join("");
}

/** Whether the elements have a form that a machine-readable zone can carry; else the name of the wrong one. */
export function wrongElement(key: ChipKey): string | undefined {
  if (key.kind === "can") return /^\d{6}$/.test(key.can) ? undefined : "can";
  if (!/^[A-Z0-9<]{1,22}$/i.test(key.documentNumber)) return "documentNumber";
  if (!/^(?:\d{4}(?:-\d\d(?:-\d\d)?)?)?$/.test(key.birthDate)) return "birthDate";
  return /^\d{4}-\d\d-\d\d$/.test(key.expiryDate) ? undefined : "expiryDate";
}

/** The seed of the keys of Basic Access Control: the first 16 bytes of the hash. */
export function bacSeed(key: MrzKey): Uint8Array {
  return sha1(toLatin1(mrzInformation(key))).subarray(0, 16);
}

/** The secret that PACE derives the nonce's key from (Doc 9303-11 §4.4.4.1, function f). */
export function paceSecret(key: ChipKey): Uint8Array {
  return key.kind === "can" ? toLatin1(key.can) : sha1(toLatin1(mrzInformation(key)));
}

/** Which password PACE is told to use: tag 83 of MSE:Set AT. */
export const PASSWORD_REFERENCE = { mrz: 1, can: 2 } as const satisfies { readonly [K in ChipKey["kind"]]: number };
