import { existsSync, mkdirSync, readdirSync, readFileSync, readlinkSync, realpathSync } from "node:fs";
import { basename, join } from "node:path";

/**
 * The files of a machine below `folder`; `/` for this one. Everything that the technician's tool knows of the hardware it reads
 * here, so that a test builds the tree of any machine.
 */
export class Root {
  readonly folder: string;

  constructor(folder = "/") {
    this.folder = folder;
  }

  /** Where a file of the machine lies for this process. */
  path(inside: string): string {
    return join(this.folder, inside);
  }

  exists(inside: string): boolean {
    return existsSync(this.path(inside));
  }

  makeFolder(inside: string): void {
    mkdirSync(this.path(inside), { recursive: true });
  }

  /** Names in a directory, sorted; none when it is not there. */
  list(inside: string): string[] {
    try {
      return readdirSync(this.path(inside)).sort();
    } catch {
      return [];
    }
  }

  /** A file's text without blanks around it; `undefined` when it cannot be read. */
  text(inside: string): string | undefined {
    return this.bytes(inside)?.toString("utf8").trim();
  }

  bytes(inside: string): Buffer | undefined {
    try {
      return readFileSync(this.path(inside));
    } catch {
      return undefined;
    }
  }

  /** The real path for this process, all links followed; `undefined` when it leads nowhere. */
  real(inside: string): string | undefined {
    try {
      return realpathSync(this.path(inside));
    } catch {
      return undefined;
    }
  }

  /** The last name that a link leads to. */
  linkName(inside: string): string | undefined {
    try {
      return basename(readlinkSync(this.path(inside)));
    } catch {
      return undefined;
    }
  }
}
