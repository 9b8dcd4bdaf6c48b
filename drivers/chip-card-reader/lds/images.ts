import { concat, toLatin1 } from "../../../base/bytes/bytes.ts";
import { err, ok, type Result } from "../../../base/result.ts";
import { find, inside, readTlvs, type TlvFault, tlv } from "../tlv.ts";

export type ImageType = "image/jpeg" | "image/jp2";

export type Image = { readonly mime: ImageType; readonly bytes: Uint8Array };

const MARKS: readonly { readonly mime: ImageType; readonly mark: Uint8Array }[] = [
  { mime: "image/jpeg", mark: Uint8Array.of(0xff, 0xd8, 0xff) },
  { mime: "image/jp2", mark: Uint8Array.of(0, 0, 0, 0x0c, 0x6a, 0x50, 0x20, 0x20) },
  { mime: "image/jp2", mark: Uint8Array.of(0xff, 0x4f, 0xff, 0x51) },
];

/** The beginning of the face's record and of its parts, bytes (ISO/IEC 19794-5:2005 §5). */
const FACE = { header: 14, information: 20, featurePoint: 8, image: 12 } as const;
const FACE_MARK = toLatin1("FAC\0");

/**
 * DG2: the face, out of the first biometric template (Doc 9303-10 §4.7.2). The record of ISO/IEC 19794-5 is read by its lengths; in
 * the one of ISO/IEC 39794-5 the picture is found by its first bytes.
 */
export function readDg2(bytes: Uint8Array): Result<Image, TlvFault> {
  const group = first(inside(bytes, 0x75), 0x7f61);
  const template = group.ok ? first(readTlvs(group.value), 0x7f60) : group;
  if (!template.ok) return template;
  const members = readTlvs(template.value);
  if (!members.ok) return members;
  const record = find(members.value, 0x5f2e) ?? find(members.value, 0x7f2e);
  if (record === undefined) return err("truncated");
  const isFaceRecord = FACE_MARK.every((byte, index) => record[index] === byte);
  const points = ((record[FACE.header + 4] ?? 0) << 8) | (record[FACE.header + 5] ?? 0);
  const start = FACE.header + FACE.information + points * FACE.featurePoint + FACE.image;
  const image = isFaceRecord ? imageIn(record.subarray(start), true) : imageIn(record, false);
  return image === undefined ? err("truncated") : ok(image);
}

function first(read: ReturnType<typeof readTlvs>, tag: number): Result<Uint8Array, TlvFault> {
  if (!read.ok) return read;
  const value = find(read.value, tag);
  return value === undefined ? err("truncated") : ok(value);
}

/** @param atStart whether the picture must begin with the first byte. */
function imageIn(record: Uint8Array, atStart: boolean): Image | undefined {
  const last = atStart ? 0 : record.length;
  for (let at = 0; at <= last; at++) {
    const found = MARKS.find(({ mark }) => mark.every((byte, index) => record[at + index] === byte));
    if (found !== undefined) return { mime: found.mime, bytes: record.slice(at) };
  }
  return undefined;
}

/** A face in a record of ISO/IEC 19794-5 without feature points. */
export function writeDg2({ mime, bytes }: Image): Uint8Array {
  const length = (value: number) => [value >>> 24, (value >> 16) & 0xff, (value >> 8) & 0xff, value & 0xff];
  const faceLength = FACE.information + FACE.image + bytes.length;
  const information = new Uint8Array(FACE.information);
  information.set(length(faceLength));
  const image = new Uint8Array(FACE.image);
  image.set([1, mime === "image/jpeg" ? 0 : 1]);
  const record = concat([
    FACE_MARK,
    toLatin1("010\0"),
    Uint8Array.from([...length(FACE.header + faceLength), 0, 1]),
    information,
    image,
    bytes,
  ]);
  // Format owner 0101 (ISO/IEC JTC 1 SC 37), format type 0008 (face image).
  const header = tlv(0xa1, tlv(0x87, Uint8Array.of(1, 1)), tlv(0x88, Uint8Array.of(0, 8)));
  return tlv(0x75, tlv(0x7f61, tlv(0x02, Uint8Array.of(1)), tlv(0x7f60, header, tlv(0x5f2e, record))));
}

/** DG7: the holder's signature as a picture; the first where there are several. */
export function readDg7(bytes: Uint8Array): Result<Image, TlvFault> {
  const picture = first(inside(bytes, 0x67), 0x5f43);
  if (!picture.ok) return picture;
  const image = imageIn(picture.value, true);
  return image === undefined ? err("tag-form") : ok(image);
}

export function writeDg7({ bytes }: Image): Uint8Array {
  return tlv(0x67, tlv(0x02, Uint8Array.of(1)), tlv(0x5f43, bytes));
}
