import { createReadStream, createWriteStream } from "node:fs";
import { lstat, open, readdir, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { constants, createZstdCompress } from "node:zlib";
import { syncDirectory } from "../durable-file.ts";
import { BLOCK, type Entry, encodeHeader, nameFault } from "./ustar.ts";

/** What goes into an archive: a file on disk, or bytes. Directories come by themselves. */
export type PackEntry = {
  /** Parts joined by `/`. */
  readonly name: string;
  readonly from: string | Uint8Array;
  readonly executable?: boolean;
};

/** High enough to matter on a slow line, low enough to pack a release in seconds. */
const LEVEL = 12;

/** The regular files below `directory`, with names below `prefix`. Links and devices are an error: an archive cannot hold them. */
export async function filesBelow(directory: string, prefix = ""): Promise<PackEntry[]> {
  const found: PackEntry[] = [];
  for (const { name, parentPath } of await readdir(directory, { withFileTypes: true })) {
    const path = join(parentPath, name);
    const inside = prefix === "" ? name : `${prefix}/${name}`;
    const status = await lstat(path);
    if (status.isDirectory()) found.push(...(await filesBelow(path, inside)));
    else if (status.isFile()) found.push({ name: inside, from: path, executable: (status.mode & 0o100) !== 0 });
    else throw new Error(`${path} is neither a file nor a directory`);
  }
  return found;
}

/**
 * Writes a `.tar.zst`. The same names and contents give the same bytes: sorted, without owners and times.
 *
 * @throws Error when a name cannot be in an archive, or twice in it.
 */
export async function packArchive(entries: readonly PackEntry[], file: string): Promise<void> {
  const beside = `${file}.new`;
  const zstd = createZstdCompress({
    params: { [constants.ZSTD_c_compressionLevel]: LEVEL, [constants.ZSTD_c_checksumFlag]: 1 },
  });
  try {
    await pipeline(Readable.from(blocks(entries)), zstd, createWriteStream(beside));
    const handle = await open(beside, "r");
    await handle.sync().finally(() => handle.close());
    await rename(beside, file);
    await syncDirectory(dirname(file));
  } catch (error) {
    await rm(beside, { force: true });
    throw error;
  }
}

async function* blocks(entries: readonly PackEntry[]): AsyncGenerator<Buffer> {
  const files = new Map(entries.map((entry) => [entry.name, entry]));
  if (files.size !== entries.length) throw new Error("two entries have the same name");
  const names = new Set([...files.keys()].flatMap((name) => [...parents(name), name]));
  for (const name of [...names].sort()) {
    const fault = nameFault(name);
    if (fault !== undefined) throw new Error(`${name}: ${fault}`);
    const entry = files.get(name);
    if (entry === undefined) yield encodeHeader({ name, kind: "directory", size: 0, executable: true });
    else yield* fileBlocks(entry);
  }
  yield Buffer.alloc(2 * BLOCK);
}

async function* fileBlocks({ name, from, executable = false }: PackEntry): AsyncGenerator<Buffer> {
  const size = typeof from === "string" ? (await lstat(from)).size : from.length;
  const header: Entry = { name, kind: "file", size, executable };
  yield encodeHeader(header);
  let written = 0;
  for await (const chunk of typeof from === "string" ? createReadStream(from) : [Buffer.from(from)]) {
    written += chunk.length;
    yield chunk;
  }
  if (written !== size) throw new Error(`${name} changed while it was packed`);
  if (size % BLOCK !== 0) yield Buffer.alloc(BLOCK - (size % BLOCK));
}

/** `a/b/c` → `a`, `a/b`. */
function parents(name: string): string[] {
  const parts = name.split("/");
  return parts.slice(1).map((_, index) => parts.slice(0, index + 1).join("/"));
}
