import { type CodedError, coded } from "../../registry/coded-error.ts";
import { err, ok, type Result } from "../../result.ts";

/** POSIX.1-1988 ustar, and of it only what is needed: regular files and directories with plain names. */
export const BLOCK = 512;

export type Entry = {
  /** Parts joined by `/`; no trailing `/`. */
  readonly name: string;
  readonly kind: "file" | "directory";
  /** Bytes; 0 for a directory. */
  readonly size: number;
  /** Whether the file may be run. */
  readonly executable: boolean;
};

/** Fields of the header: offset and length, bytes. */
const FIELDS = {
  name: [0, 100],
  mode: [100, 8],
  uid: [108, 8],
  gid: [116, 8],
  size: [124, 12],
  mtime: [136, 12],
  checksum: [148, 8],
  link: [157, 100],
  magic: [257, 8],
  prefix: [345, 155],
} as const;
const TYPE_OFFSET = 156;
const MAGIC = "ustar\x0000";
const TYPES: Readonly<Record<string, string>> = {
  "1": "a hard link",
  "2": "a symbolic link",
  "3": "a character device",
  "4": "a block device",
  "6": "a named pipe",
};
const MAX_PART = 100;
/** Printable ASCII without `\`, `:` and `/`: the same on every file system. */
const PART =
  /^(?!\.{1,2}$)[\x21-\x2e\x30-\x39\x3b-\x5b\x5d-\x7e](?:[\x20-\x2e\x30-\x39\x3b-\x5b\x5d-\x7e]*[\x21-\x2d\x30-\x39\x3b-\x5b\x5d-\x7e])?$/;

/** What is wrong with an entry's name, or undefined. */
export function nameFault(name: string): string | undefined {
  if (name.startsWith("/")) return "it is an absolute path";
  for (const part of name.split("/")) {
    if (part === "..") return "it leaves the archive";
    if (part.length > MAX_PART) return "its name is too long";
    if (!PART.test(part)) return "its name is not plain";
  }
  return undefined;
}

/**
 * The header block of an entry. Owner and time are always zero, so that the same files give the same archive.
 *
 * @throws RangeError when the name does not fit.
 */
export function encodeHeader(entry: Entry): Buffer {
  const { prefix, name } = split(entry.kind === "directory" ? `${entry.name}/` : entry.name);
  const block = Buffer.alloc(BLOCK);
  const put = (field: keyof typeof FIELDS, text: string) => block.write(text, FIELDS[field][0], "latin1");
  const octal = (field: keyof typeof FIELDS, value: number) =>
    put(field, value.toString(8).padStart(FIELDS[field][1] - 1, "0"));
  put("name", name);
  octal("mode", entry.kind === "directory" || entry.executable ? 0o755 : 0o644);
  for (const field of ["uid", "gid", "mtime"] as const) octal(field, 0);
  octal("size", entry.size);
  block.write(entry.kind === "directory" ? "5" : "0", TYPE_OFFSET, "latin1");
  put("magic", MAGIC);
  put("prefix", prefix);
  put("checksum", `${checksum(block).toString(8).padStart(6, "0")}\0 `);
  return block;
}

/** Reads a header block. Whatever is not a regular file or a directory with a plain name is refused. */
export function decodeHeader(block: Uint8Array): Result<Entry, CodedError> {
  const bytes = Buffer.from(block.buffer, block.byteOffset, block.byteLength);
  const raw = (field: keyof typeof FIELDS) =>
    bytes.subarray(FIELDS[field][0], FIELDS[field][0] + FIELDS[field][1]).toString("latin1");
  const text = (field: keyof typeof FIELDS) => /^([^\0]*)\0*$/.exec(raw(field))?.[1];
  const number = (field: keyof typeof FIELDS) => {
    const digits = /^ *([0-7]+)[ \0]*$/.exec(raw(field))?.[1];
    return digits === undefined ? undefined : Number.parseInt(digits, 8);
  };
  if (number("checksum") !== checksum(bytes)) return err(coded("update.archive-damaged", "checksum of a header"));
  const [base, prefix, link] = [text("name"), text("prefix"), text("link")];
  if (raw("magic") !== MAGIC || base === undefined || prefix === undefined)
    return err(coded("update.archive-entry", `${printable(raw("name"))}: not the plain format (ustar)`));
  const full = prefix === "" ? base : `${prefix}/${base}`;
  const refuse = (why: string) => err(coded("update.archive-entry", `${printable(full)}: ${why}`));
  const type = String.fromCharCode(bytes[TYPE_OFFSET] ?? 0);
  if (type !== "0" && type !== "5") return refuse(`it is ${TYPES[type] ?? `of type ${printable(type)}`}`);
  if (link !== "") return refuse("it names another file");
  const kind = type === "5" ? "directory" : "file";
  const name = kind === "directory" && full.endsWith("/") ? full.slice(0, -1) : full;
  const fault = nameFault(name);
  if (fault !== undefined) return refuse(fault);
  const [size, mode] = [number("size"), number("mode")];
  if (size === undefined || mode === undefined || (kind === "directory" && size !== 0))
    return refuse("its size or mode is wrong");
  if ((mode & ~0o777) !== 0) return refuse("it asks for special rights");
  return ok({ name, kind, size, executable: (mode & 0o100) !== 0 });
}

/** Sum of all bytes of the header, its own field taken as blanks. */
function checksum(block: Uint8Array): number {
  const [start, length] = FIELDS.checksum;
  return block.reduce((sum, byte, at) => sum + (at >= start && at < start + length ? 0x20 : byte), 0);
}

/** The two fields of a name: at most 100 bytes after a `/`, at most 155 before it. */
function split(name: string): { prefix: string; name: string } {
  if (name.length <= FIELDS.name[1]) return { prefix: "", name };
  for (let at = name.indexOf("/"); at !== -1 && at < name.length - 1; at = name.indexOf("/", at + 1)) {
    if (at <= FIELDS.prefix[1] && name.length - at - 1 <= FIELDS.name[1])
      return { prefix: name.slice(0, at), name: name.slice(at + 1) };
  }
  throw new RangeError(`name does not fit into an archive: ${name}`);
}

function printable(text: string): string {
  return JSON.stringify(text.slice(0, 120));
}
