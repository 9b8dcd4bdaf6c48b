import * as nodeFs from "node:fs";
import { basename, dirname, join } from "node:path";

/** What a `Disk` needs of Node's `fs`; tests put a disk in that fails or stops at any call. */
export type FileSystem = Pick<
  typeof nodeFs,
  | "closeSync"
  | "fsyncSync"
  | "lstatSync"
  | "mkdirSync"
  | "openSync"
  | "readdirSync"
  | "readFileSync"
  | "readlinkSync"
  | "renameSync"
  | "rmSync"
  | "symlinkSync"
  | "writeSync"
>;

/** Files and links that are whole and on the medium when a call returns, or as they were before. */
export interface Disk {
  /** `undefined` when there is no regular file of at most `limit` bytes. */
  read(path: string, limit: number): string | undefined;
  write(path: string, text: string): void;
  /** Where a symbolic link points; `undefined` when there is none. */
  pointsTo(link: string): string | undefined;
  point(link: string, target: string): void;
  isFile(path: string): boolean;
  names(directory: string): readonly string[];
  makeDirectory(directory: string): void;
  /** A file or a whole tree; nothing when it is not there. */
  remove(path: string): void;
}

/** Beside the file it will become: a rename within one directory is atomic. */
const newName = (path: string) => join(dirname(path), `.${basename(path)}.new`);

export function createDisk(fs: FileSystem = nodeFs): Disk {
  function syncDirectory(directory: string): void {
    const handle = fs.openSync(directory, "r");
    try {
      fs.fsyncSync(handle);
    } finally {
      fs.closeSync(handle);
    }
  }

  return {
    read(path, limit) {
      const found = fs.lstatSync(path, { throwIfNoEntry: false });
      return found?.isFile() === true && found.size <= limit ? fs.readFileSync(path, "utf8") : undefined;
    },
    write(path, text) {
      const written = newName(path);
      fs.rmSync(written, { force: true, recursive: true });
      const handle = fs.openSync(written, "wx", 0o644);
      try {
        fs.writeSync(handle, text);
        fs.fsyncSync(handle);
      } finally {
        fs.closeSync(handle);
      }
      fs.renameSync(written, path);
      syncDirectory(dirname(path));
    },
    pointsTo(link) {
      return fs.lstatSync(link, { throwIfNoEntry: false })?.isSymbolicLink() === true
        ? fs.readlinkSync(link)
        : undefined;
    },
    point(link, target) {
      const made = newName(link);
      fs.rmSync(made, { force: true });
      fs.symlinkSync(target, made);
      fs.renameSync(made, link);
      syncDirectory(dirname(link));
    },
    isFile: (path) => fs.lstatSync(path, { throwIfNoEntry: false })?.isFile() === true,
    names: (directory) => fs.readdirSync(directory),
    makeDirectory: (directory) => void fs.mkdirSync(directory, { recursive: true }),
    remove: (path) => fs.rmSync(path, { force: true, recursive: true }),
  };
}
