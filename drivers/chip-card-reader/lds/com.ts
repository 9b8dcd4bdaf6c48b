import { toLatin1 } from "../../../base/bytes/bytes.ts";
import { err, ok, type Result } from "../../../base/result.ts";
import { find, inside, type TlvFault, tlv } from "../tlv.ts";
import { DATA_GROUPS, type DataGroup, FILES } from "./files.ts";

/**
 * EF.COM (Doc 9303-10 §4.6.1): which data groups there are. Nobody signs it, so that it only says what to try; what is there is what
 * EF.SOD has hashes of. Groups that this reader has no use for are left out.
 */
export function readCom(bytes: Uint8Array): Result<readonly DataGroup[], TlvFault> {
  const members = inside(bytes, 0x60);
  if (!members.ok) return members;
  const tags = find(members.value, 0x5c);
  if (tags === undefined) return err("truncated");
  return ok(DATA_GROUPS.filter((group) => tags.includes(FILES[group].tag ?? 0)));
}

export function writeCom(groups: readonly DataGroup[]): Uint8Array {
  return tlv(
    0x60,
    tlv(0x5f01, toLatin1("0108")),
    tlv(0x5f36, toLatin1("040000")),
    tlv(
      0x5c,
      Uint8Array.from(groups, (group) => FILES[group].tag ?? 0),
    ),
  );
}
