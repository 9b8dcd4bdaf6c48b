import { fromLatin1, toLatin1 } from "../../../base/bytes/bytes.ts";
import { type Mrz, type MrzFault, parseMrz } from "../../../base/icao/mrz.ts";
import { err, type Result } from "../../../base/result.ts";
import { find, inside, type TlvFault, tlv } from "../tlv.ts";

/** DG1: the machine-readable zone. @param today ISO date, for the century of its years. */
export function readDg1(bytes: Uint8Array, today: string): Result<Mrz, TlvFault | MrzFault> {
  const members = inside(bytes, 0x61);
  if (!members.ok) return members;
  const zone = find(members.value, 0x5f1f);
  return zone === undefined ? err("truncated") : parseMrz(fromLatin1(zone), today);
}

/** @param lines of `makeMrz`. */
export function writeDg1(lines: readonly string[]): Uint8Array {
  return tlv(0x61, tlv(0x5f1f, toLatin1(lines.join(""))));
}
