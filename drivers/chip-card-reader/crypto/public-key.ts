import { equalBytes } from "../../../base/bytes/bytes.ts";
import { decodeOid } from "../access/security-infos.ts";
import { bigEndian } from "../secure-messaging.ts";
import { find, inside, readTlvs } from "../tlv.ts";
import { CURVES, type Curve, decodePoint, encodePoint, type Point } from "./curves.ts";

const EC_PUBLIC_KEY = "1.2.840.10045.2.1";
/** X9.62 writes the key of a chip as `id-ecPublicKey`; TR-03111 allows this one for key agreement only. */
const EC_DH = "1.3.132.1.12";

/**
 * Curve and point of a SubjectPublicKeyInfo. Documents write the curve's numbers out instead of its name; then they must be those of a
 * curve that is known here, generator included. `undefined` for all else.
 */
export function readEcPublicKey(spki: Uint8Array): { readonly curve: Curve; readonly point: Point } | undefined {
  const outer = inside(spki, 0x30);
  const [algorithm, bits] = outer.ok ? outer.value : [];
  const members = algorithm === undefined ? undefined : readTlvs(algorithm.value);
  if (members === undefined || !members.ok || bits?.tag !== 0x03 || bits.value[0] !== 0) return undefined;
  const [name, parameters] = members.value;
  const oid = decodeOid(name?.value ?? new Uint8Array());
  if ((oid !== EC_PUBLIC_KEY && oid !== EC_DH) || parameters === undefined) return undefined;
  const curve = CURVES.find((each) =>
    parameters.tag === 0x06 ? decodeOid(parameters.value) === each.oid : isWrittenOut(each, parameters.value),
  );
  const point = curve === undefined ? undefined : decodePoint(curve, bits.value.subarray(1));
  return curve === undefined || point === undefined ? undefined : { curve, point };
}

function isWrittenOut({ points, size }: Curve, parameters: Uint8Array): boolean {
  const members = readTlvs(parameters);
  if (!members.ok) return false;
  const [, field, , generator, order] = members.value;
  const fieldMembers = readTlvs(field?.value ?? new Uint8Array());
  const prime = fieldMembers.ok ? find(fieldMembers.value, 0x02) : undefined;
  return (
    prime !== undefined &&
    generator !== undefined &&
    order !== undefined &&
    equalBytes(unsigned(prime), bigEndian(points.Fp.ORDER, size)) &&
    equalBytes(generator.value, encodePoint(points.BASE)) &&
    equalBytes(unsigned(order.value), bigEndian(points.Fn.ORDER, unsigned(order.value).length))
  );
}

function unsigned(integer: Uint8Array): Uint8Array {
  return integer[0] === 0 ? integer.subarray(1) : integer;
}
