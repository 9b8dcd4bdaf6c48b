import { readFileSync } from "node:fs";

const FILE = 0o100755;
const FOLDER = 0o040755;
const LINK = 0o120777;
const CHARACTER_DEVICE = 0o020600;

export type Entry =
  | { readonly path: string; readonly from: string }
  | { readonly path: string; readonly text: string }
  | { readonly path: string; readonly link: string }
  | { readonly path: string; readonly folder: true }
  | { readonly path: string; readonly device: readonly [major: number, minor: number] };

/** An archive in cpio's "newc" form, as the kernel unpacks it at boot (Documentation/driver-api/early-userspace/buffer-format.rst). */
export function initramfs(entries: readonly Entry[]): Buffer {
  const parts = entries.map((entry, index) => record(entry, index + 1));
  return Buffer.concat([...parts, record({ path: "TRAILER!!!", folder: true }, 0)]);
}

function record(entry: Entry, inode: number): Buffer {
  const [major, minor] = "device" in entry ? entry.device : [0, 0];
  const content = contentOf(entry);
  const name = `${entry.path}\0`;
  const fields = [inode, modeOf(entry), 0, 0, 1, 0, content.length, 0, 0, major, minor, name.length, 0];
  const header = `070701${fields.map((field) => field.toString(16).padStart(8, "0")).join("")}`;
  return Buffer.concat([padded(Buffer.from(header + name)), padded(content)]);
}

function contentOf(entry: Entry): Buffer {
  if ("from" in entry) return readFileSync(entry.from);
  if ("text" in entry) return Buffer.from(entry.text);
  return Buffer.from("link" in entry ? entry.link : "");
}

function modeOf(entry: Entry): number {
  if ("folder" in entry) return FOLDER;
  if ("device" in entry) return CHARACTER_DEVICE;
  return "link" in entry ? LINK : FILE;
}

function padded(bytes: Buffer): Buffer {
  return Buffer.concat([bytes, Buffer.alloc((4 - (bytes.length % 4)) % 4)]);
}
