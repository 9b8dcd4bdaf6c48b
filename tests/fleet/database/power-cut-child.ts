import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { join } from "node:path";
import { commitRow, openRows } from "./embedded-rows.ts";

/**
 * Keeps, beside the directory, what a disk would still have after a power cut: each file as it was at its last `fsync`, each
 * name as it was when its file or its directory was synced last. Everything else may be lost.
 */
class Disk {
  readonly #root: string;
  /** Content at the last sync, by inode. */
  readonly #content = new Map<number, Buffer>();
  /** Inode by path, as the synced directories say. */
  #names = new Map<string, number>();

  constructor(root: string) {
    this.#root = root;
  }

  synced(handle: number): void {
    const path = fs.readlinkSync(`/proc/self/fd/${handle}`);
    if (!path.startsWith(this.#root)) return;
    const status = fs.fstatSync(handle);
    if (status.isDirectory()) {
      this.#syncedDirectory(path);
      return;
    }
    this.#content.set(status.ino, fs.readFileSync(path));
    this.#names.set(path, status.ino);
  }

  #syncedDirectory(directory: string): void {
    const inside = (path: string) =>
      path.startsWith(`${directory}/`) && !path.slice(directory.length + 1).includes("/");
    this.#names = new Map([...this.#names].filter(([path]) => !inside(path)));
    for (const entry of fs.readdirSync(directory, { withFileTypes: true })) {
      const path = join(directory, entry.name);
      if (entry.isFile()) this.#names.set(path, fs.statSync(path).ino);
    }
  }

  /** Lays down what is there after a cut: of what was not synced, each block of 4 KiB by the toss of a coin. */
  cut(target: string, keep: number): void {
    fs.cpSync(this.#root, target, { recursive: true, filter: (path) => fs.statSync(path).isDirectory() });
    for (const [path, inode] of this.#names) {
      const safe = this.#content.get(inode) ?? Buffer.alloc(0);
      const live = fs.existsSync(path) && fs.statSync(path).ino === inode ? fs.readFileSync(path) : safe;
      fs.writeFileSync(target + path.slice(this.#root.length), mixed(safe, live, keep));
    }
  }
}

const BLOCK = 4_096;

function mixed(safe: Buffer, live: Buffer, keep: number): Buffer {
  const result = Buffer.from(Math.random() < keep ? live : safe);
  for (let at = 0; at < result.length; at += BLOCK) {
    const from = Math.random() < keep ? live : safe;
    if (from.length >= at + BLOCK) from.copy(result, at, at, at + BLOCK);
  }
  return result;
}

const [directory = "", images = "", count = "0"] = process.argv.slice(2);
const disk = new Disk(fs.realpathSync(directory));
const really = fs.fsyncSync;
let syncs = 0;
fs.fsyncSync = (handle) => {
  really(handle);
  syncs++;
  disk.synced(handle);
};
syncBuiltinESMExports();

const { database, close } = await openRows(directory);
await database.exec("checkpoint");
let n = 0;
for (let image = 0; image < Number(count); image++) {
  const rows = 5 + Math.floor(Math.random() * 40);
  for (let row = 0; row < rows; row++) await commitRow(database, ++n);
  if (image % 3 === 1) await database.exec("checkpoint");
  // Not committed, and for the most part not synced: it must not come back.
  await database.exec(`begin; insert into kept select g, 'x' from generate_series(${n + 1_000}, ${n + 2_000}) g`);
  disk.cut(join(images, String(image)), image % 4 === 0 ? 0 : 0.5);
  await database.exec("rollback");
  process.stdout.write(`${JSON.stringify({ image, committed: n, syncs })}\n`);
}
await close();
