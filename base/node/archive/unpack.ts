import { createReadStream } from "node:fs";
import { mkdir, open, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { constants, createZstdDecompress } from "node:zlib";
import { type CodedError, coded } from "../../registry/coded-error.ts";
import { err, ok, type Result } from "../../result.ts";
import { syncDirectory } from "../durable-file.ts";
import { BLOCK, decodeHeader, type Entry } from "./ustar.ts";

export type ArchiveLimits = {
  readonly entries: number;
  /** Bytes of one file, and of all together with their headers. */
  readonly fileBytes: number;
  readonly totalBytes: number;
  /** Bytes out for each byte in, once a megabyte is out: text shrinks to a hundredth at most. */
  readonly ratio: number;
};

export const RELEASE_LIMITS: ArchiveLimits = {
  entries: 20_000,
  fileBytes: 256 * 1024 * 1024,
  totalBytes: 1024 * 1024 * 1024,
  ratio: 200,
};

export const SERVICE_LIMITS: ArchiveLimits = {
  entries: 200,
  fileBytes: 4 * 1024 * 1024,
  totalBytes: 16 * 1024 * 1024,
  ratio: 200,
};

const RATIO_FREE_BYTES = 1024 * 1024;
/** 2^25 bytes of history at most: what decompressing may take of memory. */
const WINDOW_LOG = 25;

/** Ends a pass over an archive with an expected error. */
class Refused extends Error {
  readonly error: CodedError;

  constructor(error: CodedError) {
    super(error.message);
    this.error = error;
  }
}

/** Takes an entry in; must read all of `content` or none. */
type Visit = (entry: Entry, content: AsyncIterable<Uint8Array>) => Promise<void>;

/**
 * Unpacks a `.tar.zst` into `destination`, which must not be there. All of it is on disk when the directory gets its name; when
 * anything is wrong with the archive, nothing remains.
 */
export async function unpackArchive(
  file: string,
  destination: string,
  limits: ArchiveLimits,
): Promise<Result<void, CodedError>> {
  // One name, so that what a power cut left is cleared by the next try.
  const fresh = join(dirname(destination), `.${basename(destination)}.unpacking`);
  try {
    await rm(fresh, { recursive: true, force: true });
    await mkdir(fresh, { recursive: true });
  } catch (problem) {
    return err(storageError(problem));
  }
  const directories = [fresh];
  const unpacked = await visitArchive(file, limits, async (entry, content) => {
    const path = join(fresh, entry.name);
    if (entry.kind === "directory") {
      await mkdir(path, 0o755);
      directories.push(path);
      return;
    }
    const handle = await open(path, "wx", entry.executable ? 0o755 : 0o644);
    try {
      for await (const chunk of content) await handle.appendFile(chunk);
      await handle.sync();
    } finally {
      await handle.close();
    }
  });
  if (!unpacked.ok) {
    await rm(fresh, { recursive: true, force: true });
    return unpacked;
  }
  try {
    for (const directory of directories.reverse()) await syncDirectory(directory);
    await rename(fresh, destination);
    await syncDirectory(dirname(destination));
    return ok();
  } catch (problem) {
    await rm(fresh, { recursive: true, force: true });
    return err(storageError(problem));
  }
}

/** One small file of an archive, the whole of which is checked on the way; undefined when it is not in it. */
export async function readArchived(
  file: string,
  name: string,
  limits: ArchiveLimits,
): Promise<Result<Uint8Array | undefined, CodedError>> {
  let found: Uint8Array | undefined;
  const visited = await visitArchive(file, limits, async (entry, content) => {
    if (entry.name !== name || entry.kind !== "file") return;
    const chunks: Uint8Array[] = [];
    for await (const chunk of content) chunks.push(chunk);
    found = Buffer.concat(chunks);
  });
  return visited.ok ? ok(found) : visited;
}

async function visitArchive(file: string, limits: ArchiveLimits, visit: Visit): Promise<Result<void, CodedError>> {
  const source = createReadStream(file);
  const zstd = createZstdDecompress({ params: { [constants.ZSTD_d_windowLogMax]: WINDOW_LOG } });
  // Read by hand below; an error of the file must end the decompression too.
  source.on("error", (error) => zstd.destroy(error));
  source.pipe(zstd);
  const reader = new Reader(zstd[Symbol.asyncIterator](), limits, () => source.bytesRead);
  try {
    await readEntries(reader, limits, visit);
    return ok();
  } catch (problem) {
    if (problem instanceof Refused) return err(problem.error);
    const { code } = problem as NodeJS.ErrnoException;
    if (typeof code !== "string") throw problem;
    if (/^(ZSTD_|ERR_ZLIB|Z_)/.test(code)) return err(coded("update.archive-damaged", code));
    return err(storageError(problem));
  } finally {
    source.destroy();
    zstd.destroy();
  }
}

async function readEntries(reader: Reader, limits: ArchiveLimits, visit: Visit): Promise<void> {
  /** Every name so far in lower case: where file systems do not tell cases apart, two names would be one. */
  const seen = new Map<string, Entry>();
  for (;;) {
    const header = await reader.block();
    if (header.every((byte) => byte === 0)) break;
    const entry = decodeHeader(header);
    if (!entry.ok) throw new Refused(entry.error);
    const { name, size } = entry.value;
    if (seen.size === limits.entries) throw limit(`more than ${limits.entries} entries`);
    if (size > limits.fileBytes) throw limit(`${name} has ${size} bytes, ${limits.fileBytes} are allowed`);
    if (seen.has(name.toLowerCase())) throw refusedEntry(name, "its name comes twice");
    const parent = name.split("/").slice(0, -1).join("/");
    const above = seen.get(parent.toLowerCase());
    if (parent !== "" && (above?.kind !== "directory" || above.name !== parent))
      throw refusedEntry(name, "its directory is not in the archive before it");
    seen.set(name.toLowerCase(), entry.value);
    const content = reader.content(size);
    await visit(entry.value, content);
    for await (const _ of content);
  }
  if ((await reader.block()).some((byte) => byte !== 0))
    throw new Refused(coded("update.archive-damaged", "half an end mark"));
  await reader.end();
}

/** Blocks of the tar inside, with the bounds on what may come out of the compression. */
class Reader {
  readonly #chunks: AsyncIterator<Buffer>;
  readonly #limits: ArchiveLimits;
  readonly #bytesIn: () => number;
  #rest: Buffer = Buffer.alloc(0);
  #total = 0;

  constructor(chunks: AsyncIterator<Buffer>, limits: ArchiveLimits, bytesIn: () => number) {
    this.#chunks = chunks;
    this.#limits = limits;
    this.#bytesIn = bytesIn;
  }

  async block(): Promise<Buffer> {
    const parts: Buffer[] = [];
    for (let missing = BLOCK; missing > 0; ) {
      const part = await this.#take(missing);
      parts.push(part);
      missing -= part.length;
    }
    return Buffer.concat(parts);
  }

  /** The next `size` bytes and the padding after them, once. */
  async *content(size: number): AsyncGenerator<Buffer> {
    for (let missing = size; missing > 0; ) {
      const part = await this.#take(missing);
      missing -= part.length;
      yield part;
    }
    for (let padding = (BLOCK - (size % BLOCK)) % BLOCK; padding > 0; ) padding -= (await this.#take(padding)).length;
  }

  /** Nothing but zeros may follow the end mark. */
  async end(): Promise<void> {
    const zeros = (bytes: Buffer) => {
      if (bytes.some((byte) => byte !== 0)) throw new Refused(coded("update.archive-damaged", "data after the end"));
    };
    zeros(this.#rest);
    for (let next = await this.#next(); next !== undefined; next = await this.#next()) zeros(next);
  }

  /** At least one byte, at most `most`. */
  async #take(most: number): Promise<Buffer> {
    if (this.#rest.length === 0) {
      const next = await this.#next();
      if (next === undefined) throw new Refused(coded("update.archive-damaged", "it ends too early"));
      this.#rest = next;
    }
    const part = this.#rest.subarray(0, most);
    this.#rest = this.#rest.subarray(part.length);
    return part;
  }

  async #next(): Promise<Buffer | undefined> {
    const { value, done } = await this.#chunks.next();
    if (done) return undefined;
    this.#total += value.length;
    const { totalBytes, ratio } = this.#limits;
    if (this.#total > totalBytes) throw limit(`more than ${totalBytes} bytes`);
    if (this.#total > RATIO_FREE_BYTES && this.#total > ratio * this.#bytesIn())
      throw limit(`more than ${ratio} bytes out of each byte`);
    return value;
  }
}

function limit(detail: string): Refused {
  return new Refused(coded("update.archive-limit", detail));
}

function refusedEntry(name: string, why: string): Refused {
  return new Refused(coded("update.archive-entry", `${JSON.stringify(name)}: ${why}`));
}

function storageError(problem: unknown): CodedError {
  const { code, syscall } = problem as NodeJS.ErrnoException;
  if (typeof code !== "string") throw problem;
  return coded("update.storage", `${syscall}: ${code}`);
}
