import { mkdir, readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { syncDirectory, writeDurably } from "../../base/node/durable-file.ts";

/** Roots that were trusted once, by version: `root_history/<version>.root.json`. */
const HISTORY = "root_history";
/** No `.json`: it is no metadata. */
const CLOCK_FLOOR = "clock-floor";
const NAME_BYTES = 200;

export type StoredRoot = {
  readonly bytes: Uint8Array /** Whether it is `root.json` itself. */;
  readonly current: boolean;
};

/**
 * Trusted metadata on disk, one file per role. A file is replaced as a whole and is on disk before anything goes on; one that is
 * missing or damaged counts as absent, and for the root the history steps in.
 */
export class MetadataStore {
  readonly #directory: string;

  constructor(directory: string) {
    this.#directory = directory;
  }

  async prepare(): Promise<void> {
    await mkdir(join(this.#directory, HISTORY), { recursive: true, mode: 0o700 });
    await syncDirectory(this.#directory);
  }

  /** What may be the newest trusted root, best first; the caller takes the first that holds. */
  async roots(): Promise<StoredRoot[]> {
    const history = await readdir(join(this.#directory, HISTORY)).catch(() => []);
    const versions = history
      .map((name) => Number(/^([1-9]\d{0,8})\.root\.json$/.exec(name)?.[1]))
      .filter((version) => version > 0)
      .sort((a, b) => b - a);
    const current = await readIfThere(this.#file("root"));
    const older = await Promise.all(versions.map((version) => readIfThere(this.#rootFile(version))));
    return [
      ...(current === undefined ? [] : [{ bytes: current, current: true }]),
      ...older.filter((bytes) => bytes !== undefined).map((bytes) => ({ bytes, current: false })),
    ];
  }

  async writeRoot(version: number, bytes: Uint8Array): Promise<void> {
    await writeDurably(this.#rootFile(version), bytes);
    await writeDurably(this.#file("root"), bytes);
  }

  async read(role: string): Promise<Uint8Array | undefined> {
    return readIfThere(this.#file(role));
  }

  async write(role: string, bytes: Uint8Array): Promise<void> {
    await writeDurably(this.#file(role), bytes);
  }

  async remove(roles: readonly string[]): Promise<void> {
    for (const role of roles) await rm(this.#file(role), { force: true });
    await syncDirectory(this.#directory);
  }

  /** The latest time at which everything verified and nothing had expired, milliseconds since the Unix epoch; 0 when unknown. */
  async clockFloor(): Promise<number> {
    const bytes = await readIfThere(join(this.#directory, CLOCK_FLOOR));
    const value = Number(new TextDecoder().decode(bytes));
    return Number.isSafeInteger(value) && value > 0 ? value : 0;
  }

  async raiseClockFloor(now: number): Promise<void> {
    await writeDurably(join(this.#directory, CLOCK_FLOOR), String(now));
  }

  #file(role: string): string {
    return join(this.#directory, `${fileNameOf(role)}.json`);
  }

  #rootFile(version: number): string {
    return join(this.#directory, HISTORY, `${version}.root.json`);
  }
}

/**
 * A role's or target's name as one file name: nothing in it can leave the directory.
 *
 * @throws RangeError when no file name can hold it.
 */
export function fileNameOf(name: string): string {
  const encoded = encodeURIComponent(name).replace(/^\./, "%2E");
  if (encoded === "" || encoded.length > NAME_BYTES) throw new RangeError(`no name for a file: ${name.slice(0, 80)}`);
  return encoded;
}

async function readIfThere(file: string): Promise<Uint8Array | undefined> {
  try {
    return await readFile(file);
  } catch {
    return undefined;
  }
}
