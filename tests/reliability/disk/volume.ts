import { execFileSync, spawnSync } from "node:child_process";
import { closeSync, mkdirSync, openSync, rmSync, statfsSync, writeSync } from "node:fs";
import { join } from "node:path";

const MEBIBYTE = 2 ** 20;
const SIZE = 64 * MEBIBYTE;

/** A real file system of its own, ext4 in a file, that can be filled, torn from below and brought back. Needs root. */
export class Volume {
  readonly mount: string;
  readonly #image: string;

  constructor(directory: string) {
    mkdirSync(directory, { recursive: true });
    this.#image = join(directory, "disk.img");
    this.mount = join(directory, "disk");
    mkdirSync(this.mount);
    execFileSync("truncate", ["-s", String(SIZE), this.#image]);
    execFileSync("mkfs.ext4", ["-q", "-F", "-m", "0", this.#image]);
    this.attach();
  }

  /** Whether this machine lets us mount file systems. */
  static isPossible(): boolean {
    if (process.getuid?.() !== 0) return false;
    return ["mkfs.ext4", "losetup"].every((program) => spawnSync("which", [program]).status === 0);
  }

  attach(options = "rw"): void {
    execFileSync("mount", ["-o", `loop,${options}`, this.#image, this.mount]);
  }

  /** Takes it away from under whoever has files open on it. */
  detach(): void {
    execFileSync("umount", ["-l", this.mount]);
  }

  remount(options: string): void {
    execFileSync("mount", ["-o", `remount,${options}`, this.mount]);
  }

  /** Fills it until so many bytes are left. */
  fill(left: number): void {
    const file = openSync(join(this.mount, "filler"), "a");
    const block = Buffer.alloc(64 * 1024, 0x55);
    try {
      for (;;) {
        const { bavail, bsize } = statfsSync(this.mount);
        const more = bavail * bsize - left;
        if (more <= 0) return;
        writeSync(file, block.subarray(0, Math.min(more, block.length)));
      }
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOSPC") throw error;
    } finally {
      closeSync(file);
    }
  }

  free(): void {
    rmSync(join(this.mount, "filler"), { force: true });
  }

  remove(): void {
    this.detach();
    rmSync(this.#image, { force: true });
  }
}
