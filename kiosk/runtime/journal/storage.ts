import { closeSync, fsyncSync, openSync, readdirSync, rmSync, statfsSync, writeSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import type { Clock, Timer } from "../../../base/clock.ts";
import type { StorageFault } from "../../../base/contracts/runtime-control.ts";
import type { Logger } from "../../../base/log.ts";
import { type Observable, Subject } from "../../../base/observable.ts";
import { DAMAGED } from "./damage.ts";

/** Free bytes below which nothing new is begun, so that what is under way can still be written; and above which it is again. */
const RESERVE = 16 * 2 ** 20;
const ENOUGH_AGAIN = 24 * 2 ** 20;
/** Between two looks, milliseconds, and how many of them to a trial write while nothing is wrong. */
const LOOK_EVERY = 5_000;
const LOOKS_TO_A_WRITE = 12;

const OF_SQLITE: readonly (readonly [RegExp, StorageFault])[] = [
  [/^SQLITE_FULL/, "full"],
  [/^SQLITE_READONLY/, "read-only"],
  [/^SQLITE_(CORRUPT|NOTADB)/, "damaged"],
  [/^SQLITE_(IOERR|CANTOPEN)/, "failing"],
];
const OF_SYSTEM: Readonly<Record<string, StorageFault>> = {
  ENOSPC: "full",
  EDQUOT: "full",
  EROFS: "read-only",
  EIO: "failing",
  ENOENT: "failing",
  ENODEV: "failing",
};

/** What an error tells of the disk below the journal; `undefined` when it tells of something else. */
export function storageFaultOf(error: unknown): StorageFault | undefined {
  if (!(error instanceof Error && "code" in error) || typeof error.code !== "string") return undefined;
  const { code } = error;
  if (error instanceof Database.SqliteError) return OF_SQLITE.find(([pattern]) => pattern.test(code))?.[1];
  return OF_SYSTEM[code];
}

/** What an ordinary user may still write to the disk of `directory`. */
export function freeBytes(directory: string): number {
  const { bavail, bsize } = statfsSync(directory);
  return bavail * bsize;
}

export type StorageOptions = {
  readonly directory: string;
  /** Writes something small into the journal and makes it durable. @throws Error of SQLite or of the system when it cannot. */
  readonly tryToWrite: () => void;
  /** Why the journal could not be opened: what is at work is a stand-in. */
  readonly fault: StorageFault | undefined;
  /** Told when the journal must be opened anew, and can be: the runtime must be started again. */
  readonly onBack: () => void;
  readonly clock: Clock;
  readonly log: Logger;
};

/**
 * Watches the disk below the journal. A kiosk that cannot write down what it is about to do does nothing: it is closed while there is a
 * `fault`, and takes citizens again by itself when there is none.
 */
export class StorageWatch {
  readonly #options: StorageOptions;
  readonly #fault: Subject<StorageFault | undefined>;
  readonly #closed: Subject<boolean>;
  readonly #quarantined: Subject<boolean>;
  #timer: Timer | undefined;
  #looks = 0;

  constructor(options: StorageOptions) {
    this.#options = options;
    this.#fault = new Subject(options.fault);
    this.#closed = new Subject(options.fault !== undefined);
    this.#quarantined = new Subject(this.#findsQuarantine());
    if (options.fault !== undefined) options.log("journal.storage", { state: options.fault });
  }

  get fault(): Observable<StorageFault | undefined> {
    return this.#fault;
  }

  /** Whether nobody is served for it. */
  get closed(): Observable<boolean> {
    return this.#closed;
  }

  /** Whether a damaged journal lies in quarantine: no payment is taken until a technician has taken it away. */
  get quarantined(): Observable<boolean> {
    return this.#quarantined;
  }

  /** Whether the journal at work is none: the one on the disk could not be opened. */
  get isStandIn(): boolean {
    return this.#options.fault !== undefined;
  }

  /** Looks now and from now on. */
  start(): void {
    this.look();
    this.#timer = this.#options.clock.setTimeout(() => this.start(), LOOK_EVERY);
  }

  stop(): void {
    this.#timer?.cancel();
  }

  /** Runs `write`; `false` where the disk does not let it, and the fault is known then. @throws Error of anything else. */
  guards(write: () => void): boolean {
    try {
      write();
      return true;
    } catch (error) {
      const fault = storageFaultOf(error);
      // A page that cannot be read is found, and set aside, at the next start.
      if (fault === undefined || fault === "damaged") throw error;
      this.#set(fault);
      return false;
    }
  }

  /** Looks at the disk now. */
  look(): void {
    this.guards(() => this.#look());
  }

  #look(): void {
    this.#quarantined.set(this.#findsQuarantine());
    const before = this.#fault.value;
    if (freeBytes(this.#options.directory) < (before === "full" ? ENOUGH_AGAIN : RESERVE)) {
      this.#set("full");
      return;
    }
    if (before === undefined && ++this.#looks % LOOKS_TO_A_WRITE !== 0) return;
    const { directory, tryToWrite, onBack } = this.#options;
    // A file that was opened on a disk that failed stays lost when the disk is back: the journal must be opened anew.
    const openAnew = this.isStandIn || before === "read-only" || before === "failing";
    if (!this.guards(openAnew ? () => tryFile(directory) : tryToWrite)) return;
    if (openAnew) onBack();
    else this.#set(undefined);
  }

  #set(fault: StorageFault | undefined): void {
    if (fault === this.#fault.value) return;
    this.#options.log("journal.storage", { state: fault ?? "ok" });
    this.#fault.set(fault);
    this.#closed.set(fault !== undefined);
  }

  #findsQuarantine(): boolean {
    return readdirSync(this.#options.directory).some((name) => name.startsWith(DAMAGED));
  }
}

/** Makes a file, writes it to the disk, and removes it. */
function tryFile(directory: string): void {
  const path = join(directory, "journal-trial");
  const file = openSync(path, "w", 0o600);
  try {
    writeSync(file, Buffer.alloc(4096));
    fsyncSync(file);
  } finally {
    closeSync(file);
    rmSync(path, { force: true });
  }
}
