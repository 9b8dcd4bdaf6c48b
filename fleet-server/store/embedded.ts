import { createHash } from "node:crypto";
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readdirSync, realpathSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { join } from "node:path";
import { PGlite } from "@electric-sql/pglite";
import { NodeFS } from "@electric-sql/pglite/nodefs";

type Node = { readonly mode: number };
type Stream = { readonly nfd?: number; readonly node: Node };
type NodeFiles = { readonly stream_ops: { fsync?: (stream: Stream) => number }; realPath(node: Node): string };

/**
 * PGlite's directory file system with the one thing that it lacks: its `fsync` does nothing, so that PostgreSQL would take for
 * safe what a power cut still takes away.
 */
class SyncedFiles extends NodeFS {
  override async init(...[pg, options]: Parameters<NodeFS["init"]>) {
    const prepared = await super.init(pg, options);
    const { emscriptenOpts } = prepared;
    const preRun = [...asArray(emscriptenOpts.preRun), (module: unknown) => giveSync(module)];
    return { ...prepared, emscriptenOpts: { ...emscriptenOpts, preRun } as typeof emscriptenOpts };
  }
}

function asArray<T>(value: T | readonly T[] | undefined): readonly T[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value as T];
}

function giveSync(module: unknown): void {
  const { NODEFS } = module as { NODEFS: NodeFiles };
  NODEFS.stream_ops.fsync = (stream) => {
    if (stream.nfd !== undefined) fsyncSync(stream.nfd);
    else syncPath(NODEFS.realPath(stream.node));
    return 0;
  };
}

/**
 * PGlite switches `fsync` off (`-F`) unless told otherwise. The method must be `fsync`: its `fdatasync` never reaches the file
 * system.
 */
function startParams(): string[] {
  return [...PGlite.defaultStartParams.filter((param) => param !== "-F"), "-c", "wal_sync_method=fsync"];
}

export type Embedded = { readonly database: PGlite; close(): Promise<void> };

/**
 * Opens PostgreSQL inside this process on a directory, which is made when it is missing. What is committed is on the disk.
 *
 * @throws when another process has the directory open: two would destroy it.
 */
export async function openEmbedded(
  directory: string,
  parsers: Record<number, (value: string) => unknown>,
): Promise<Embedded> {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const lock = await lockDirectory(directory);
  try {
    const isNew = !existsSync(join(directory, "PG_VERSION"));
    const database = await PGlite.create({ fs: new SyncedFiles(directory), parsers, startParams: startParams() });
    // The first files were laid down without a sync.
    if (isNew) syncTree(directory);
    return {
      database,
      close: async () => {
        if (!database.closed) await database.close();
        lock.close();
      },
    };
  } catch (problem) {
    lock.close();
    throw problem;
  }
}

/** A name in Linux's abstract socket space: the kernel frees it when the process ends, however it ends. */
async function lockDirectory(directory: string): Promise<Server> {
  const name = createHash("sha256").update(realpathSync(directory)).digest("hex");
  const lock = createServer();
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  lock.once("error", () => reject(new Error(`another process has the database in ${directory} open`)));
  lock.listen(`\0ventanilla-${name}`, resolve);
  await promise;
  lock.unref();
  return lock;
}

function syncTree(directory: string): void {
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) syncTree(path);
    else if (entry.isFile()) syncPath(path);
  }
  syncPath(directory);
}

function syncPath(path: string): void {
  const handle = openSync(path, "r");
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
