import { err, ok, type Result } from "../../../base/result.ts";
import { readSecurityInfos, type SecurityInfo, writeSecurityInfos } from "../access/security-infos.ts";
import { readTlv, type TlvFault, tlv } from "../tlv.ts";

/** DG14: security protocols, among them the public key of chip authentication (Doc 9303-10 §4.7.14). */
export function readDg14(bytes: Uint8Array): Result<readonly SecurityInfo[], TlvFault> {
  const content = contentOf(bytes, 0x6e);
  return content.ok ? readSecurityInfos(content.value) : content;
}

export function writeDg14(infos: Parameters<typeof writeSecurityInfos>[0]): Uint8Array {
  return tlv(0x6e, writeSecurityInfos(infos));
}

/** DG15: the public key of active authentication, SPKI DER (Doc 9303-10 §4.7.15). */
export function readDg15(bytes: Uint8Array): Result<Uint8Array, TlvFault> {
  return contentOf(bytes, 0x6f);
}

export function writeDg15(publicKey: Uint8Array): Uint8Array {
  return tlv(0x6f, publicKey);
}

function contentOf(bytes: Uint8Array, tag: number): Result<Uint8Array, TlvFault> {
  const read = readTlv(bytes);
  if (!read.ok) return read;
  return read.value.tlv.tag === tag ? ok(read.value.tlv.value) : err("tag-form");
}
