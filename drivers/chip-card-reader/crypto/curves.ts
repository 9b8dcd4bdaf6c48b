import type { WeierstrassPoint, WeierstrassPointCons } from "@noble/curves/abstract/weierstrass.js";
import { brainpoolP256r1, brainpoolP384r1, brainpoolP512r1 } from "@noble/curves/misc.js";
import { p256, p384, p521 } from "@noble/curves/nist.js";
import { bigEndian } from "../secure-messaging.ts";

/**
 * The curves of chips. Generic mapping needs the sum of two points and a generator of its own, which `node:crypto` does not offer;
 * everything else of elliptic curves (signatures) is left to OpenSSL.
 */
export type CurveName = "P-256" | "P-384" | "P-521" | "brainpoolP256r1" | "brainpoolP384r1" | "brainpoolP512r1";

export type Point = WeierstrassPoint<bigint>;

export type Curve = {
  readonly name: CurveName;
  /** Number in the table of standardised domain parameters (Doc 9303-11 §9.5.1). */
  readonly parameterId: number;
  readonly oid: string;
  readonly points: WeierstrassPointCons<bigint>;
  /** Bytes of a coordinate. */
  readonly size: number;
};

function curve(name: CurveName, parameterId: number, oid: string, points: WeierstrassPointCons<bigint>): Curve {
  return { name, parameterId, oid, points, size: points.Fp.BYTES };
}

export const CURVES: readonly Curve[] = [
  curve("P-256", 12, "1.2.840.10045.3.1.7", p256.Point),
  curve("brainpoolP256r1", 13, "1.3.36.3.3.2.8.1.1.7", brainpoolP256r1.Point),
  curve("P-384", 15, "1.3.132.0.34", p384.Point),
  curve("brainpoolP384r1", 16, "1.3.36.3.3.2.8.1.1.11", brainpoolP384r1.Point),
  curve("brainpoolP512r1", 17, "1.3.36.3.3.2.8.1.1.13", brainpoolP512r1.Point),
  curve("P-521", 18, "1.3.132.0.35", p521.Point),
];

export function curveOfParameter(id: number): Curve | undefined {
  return CURVES.find(({ parameterId }) => parameterId === id);
}

/** Uncompressed: 04, x, y. */
export function encodePoint(point: Point): Uint8Array {
  return point.toBytes(false);
}

/** `undefined` when it is no point of the curve, or infinity: such a point would give the key away. */
export function decodePoint({ points, size }: Curve, bytes: Uint8Array): Point | undefined {
  if (bytes[0] !== 4 || bytes.length !== 1 + 2 * size) return undefined;
  try {
    const point = points.fromBytes(bytes);
    point.assertValidity();
    return point;
  } catch {
    return undefined;
  }
}

/** A private key, made from random bytes longer than the order so that no value is more likely than another. */
export function privateKey({ points, size }: Curve, random: (length: number) => Uint8Array): bigint {
  const wide = random(size + 16).reduce((sum, byte) => sum * 0x100n + BigInt(byte), 0n);
  return (wide % (points.Fn.ORDER - 1n)) + 1n;
}

/** The shared secret of a key agreement: the x coordinate in full length (BSI TR-03111 §4.3.1). */
export function sharedSecret(curve: Curve, own: bigint, other: Point): Uint8Array {
  return bigEndian(other.multiply(own).toAffine().x, curve.size);
}
