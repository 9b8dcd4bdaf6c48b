/** The files of an electronic document (ICAO Doc 9303-10 §4.6): identifiers, tags, and how long each may be, bytes. */
export type DataGroup = "DG1" | "DG2" | "DG7" | "DG11" | "DG12" | "DG14" | "DG15";

export type FileName = DataGroup | "COM" | "SOD" | "CardAccess" | "AtrInfo";

export type ElementaryFile = {
  readonly id: number;
  /** Tag of the outermost object; `undefined` where the file is a row of objects or has none of its own. */
  readonly tag: number | undefined;
  /** Beyond this no true document goes; what claims to be longer is not read. */
  readonly limit: number;
};

const KB = 1_024;

export const FILES: { readonly [F in FileName]: ElementaryFile } = {
  AtrInfo: { id: 0x2f01, tag: undefined, limit: KB },
  CardAccess: { id: 0x011c, tag: 0x31, limit: 4 * KB },
  COM: { id: 0x011e, tag: 0x60, limit: KB },
  SOD: { id: 0x011d, tag: 0x77, limit: 64 * KB },
  DG1: { id: 0x0101, tag: 0x61, limit: KB },
  DG2: { id: 0x0102, tag: 0x75, limit: 256 * KB },
  DG7: { id: 0x0107, tag: 0x67, limit: 128 * KB },
  DG11: { id: 0x010b, tag: 0x6b, limit: 32 * KB },
  DG12: { id: 0x010c, tag: 0x6c, limit: 128 * KB },
  DG14: { id: 0x010e, tag: 0x6e, limit: 16 * KB },
  DG15: { id: 0x010f, tag: 0x6f, limit: 8 * KB },
};

export const DATA_GROUPS = [
  "DG1",
  "DG2",
  "DG7",
  "DG11",
  "DG12",
  "DG14",
  "DG15",
] as const satisfies readonly DataGroup[];

/** The number of a data group in EF.SOD. */
export function groupNumber(group: DataGroup): number {
  return Number(group.slice(2));
}

export function isDataGroup(name: string): name is DataGroup {
  return DATA_GROUPS.some((group) => group === name);
}

/** Application identifier of electronic documents. */
export const APPLICATION = Uint8Array.of(0xa0, 0x00, 0x00, 0x02, 0x47, 0x10, 0x01);
