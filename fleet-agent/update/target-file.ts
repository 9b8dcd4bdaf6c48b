import { createHash, type Hash } from "node:crypto";
import { createReadStream } from "node:fs";
import { type FileHandle, mkdir, open, readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { pause } from "../../base/deadline.ts";
import type { Logger } from "../../base/log.ts";
import { syncDirectory } from "../../base/node/durable-file.ts";
import { type CodedError, coded } from "../../base/registry/coded-error.ts";
import { err, ok, type Result } from "../../base/result.ts";
import { delays } from "../../base/schedule.ts";
import { type AnswerHead, type Fetcher, type FetchFailure, tooLong } from "./fetcher.ts";
import { fileNameOf } from "./metadata-store.ts";

/** What signed metadata say of a target; at least one hash is SHA-256 or SHA-512. */
export type TargetInfo = {
  readonly path: string;
  readonly length: number;
  readonly hash: { readonly algorithm: "sha256" | "sha512"; readonly hex: string };
};

/** The strongest hash of a target that this client knows. */
export function hashOf(hashes: Readonly<Record<string, string>>): Result<TargetInfo["hash"], CodedError> {
  for (const algorithm of ["sha512", "sha256"] as const) {
    const hex = Object.hasOwn(hashes, algorithm) ? hashes[algorithm] : undefined;
    if (hex !== undefined && /^[0-9a-f]+$/.test(hex)) return ok({ algorithm, hex });
  }
  return err(coded("update.malformed", `no hash that is known: ${Object.keys(hashes).join(", ").slice(0, 100)}`));
}

/** However much progress each try makes, it ends. */
const MAX_TRIES = 200;

/** Fetches targets into a directory. What bears a target's name there was verified and is on disk. */
export class TargetFiles {
  readonly #directory: string;
  readonly #fetcher: Fetcher;
  readonly #log: Logger;

  constructor(directory: string, fetcher: Fetcher, log: Logger) {
    this.#directory = directory;
    this.#fetcher = fetcher;
    this.#log = log;
  }

  /** @returns the verified file, and how many bytes came over the network for it. */
  async fetch(
    info: TargetInfo,
    url: URL,
    signal: AbortSignal,
  ): Promise<Result<{ readonly file: string; readonly fetched: number }, CodedError>> {
    const name = fileNameOf(info.path);
    const file = join(this.#directory, name);
    try {
      await mkdir(this.#directory, { recursive: true, mode: 0o700 });
      const part = await this.#partOf(name, info);
      if (await holds(file, info)) return ok({ file, fetched: 0 });
      const got = await this.#fetchPart(info, url, part, signal);
      if (!got.ok) return got;
      await rename(part, file);
      await syncDirectory(this.#directory);
      return ok({ file, fetched: got.value });
    } catch (problem) {
      return err(coded("update.storage", String((problem as NodeJS.ErrnoException).code ?? problem)));
    }
  }

  /** The name of what is not complete yet, by content; what remains of other contents is deleted. */
  async #partOf(name: string, { hash }: TargetInfo): Promise<string> {
    const part = `.${name}.${hash.hex.slice(0, 24)}.part`;
    for (const other of await readdir(this.#directory))
      if (other.startsWith(`.${name}.`) && other.endsWith(".part") && other !== part)
        await rm(join(this.#directory, other), { force: true });
    return join(this.#directory, part);
  }

  /** Tries until the part is the whole, verified and on disk; a try that went on well does not use up the retries. */
  async #fetchPart(info: TargetInfo, url: URL, part: string, signal: AbortSignal): Promise<Result<number, CodedError>> {
    const { clock, random, limits } = this.#fetcher.options;
    const end = clock.monotonic() + limits.targetDeadline;
    let waits = delays(limits.retry, random);
    let fetched = 0;
    for (let tries = 1; ; tries++) {
      const attempt = await PartialFile.open(part, info);
      let failure: FetchFailure | undefined;
      try {
        failure = await attempt.complete(this.#fetcher, url, end - clock.monotonic(), signal);
      } finally {
        await attempt.close();
      }
      fetched += attempt.fetched;
      if (failure === undefined) return ok(fetched);
      if (!failure.passing || tries === MAX_TRIES) return err(failure.error);
      const went = attempt.kept && attempt.fetched >= limits.pace.bytes && failure.error.code !== "update.too-slow";
      if (went) waits = delays(limits.retry, random);
      const wait = waits.next();
      if (wait.done || clock.monotonic() + wait.value >= end) return err(failure.error);
      this.#log("update.fetch-retried", { code: failure.error.code, have: attempt.have, retry: tries });
      if (!(await pause(clock, wait.value, signal))) return err(coded("common.cancelled", url.pathname));
    }
  }
}

/** One try at the rest of a file. */
class PartialFile {
  readonly #path: string;
  readonly #handle: FileHandle;
  readonly #info: TargetInfo;
  #hash: Hash;
  /** Bytes in the file. */
  have: number;
  /** Bytes of this try. */
  fetched = 0;
  /** Whether what came is still there for the next try. */
  kept = true;

  private constructor(path: string, handle: FileHandle, info: TargetInfo, hash: Hash, have: number) {
    this.#path = path;
    this.#handle = handle;
    this.#info = info;
    this.#hash = hash;
    this.have = have;
  }

  static async open(path: string, info: TargetInfo): Promise<PartialFile> {
    const handle = await open(path, "a+", 0o600);
    const hash = createHash(info.hash.algorithm);
    const { size } = await handle.stat();
    if (size > info.length) await handle.truncate(0);
    else for await (const chunk of handle.createReadStream({ start: 0, autoClose: false })) hash.update(chunk);
    return new PartialFile(path, handle, info, hash, size > info.length ? 0 : size);
  }

  /** @returns undefined when the whole file is there and is what it must be. */
  async complete(
    fetcher: Fetcher,
    url: URL,
    milliseconds: number,
    signal: AbortSignal,
  ): Promise<FetchFailure | undefined> {
    const resumed = this.have > 0;
    if (this.have < this.#info.length) {
      const headers: Record<string, string> = resumed ? { range: `bytes=${this.have}-` } : {};
      const received = await fetcher.receive(url, headers, milliseconds, signal, {
        begin: (head) => this.#begin(head, url),
        chunk: (chunk) => this.#append(chunk, url),
      });
      if (!received.ok) {
        if (received.error.status === 416) return this.#discard(received.error.error, true);
        return this.kept ? received.error : this.#discard(received.error.error, received.error.passing);
      }
    }
    if (this.have === this.#info.length && this.#hash.digest("hex") === this.#info.hash.hex) {
      await this.#handle.sync();
      return undefined;
    }
    // What an earlier try left may be what is wrong: once more from the start.
    return this.#discard(coded("update.wrong-content", this.#info.path), resumed);
  }

  close(): Promise<void> {
    return this.#handle.close();
  }

  async #begin({ status, length, range }: AnswerHead, url: URL): Promise<FetchFailure | undefined> {
    const continued = status === 206 && range === `bytes ${this.have}-${this.#info.length - 1}/${this.#info.length}`;
    if (status === 206 && !continued) {
      this.kept = false;
      return { error: coded("update.wrong-content", `${this.#info.path}: ${range}`), status: undefined, passing: true };
    }
    // The other side does not continue, or never began: from the start.
    if (!continued) await this.#restart();
    const rest = this.#info.length - this.have;
    if (length === undefined || length === rest) return undefined;
    this.kept = false;
    if (length > rest) return tooLong(url, this.#info.length);
    const error = coded("update.wrong-content", `${this.#info.path} has ${length} bytes`);
    return { error, status: undefined, passing: false };
  }

  async #append(chunk: Uint8Array, url: URL): Promise<FetchFailure | undefined> {
    this.fetched += chunk.length;
    if (this.have + chunk.length > this.#info.length) {
      this.kept = false;
      return tooLong(url, this.#info.length);
    }
    await this.#handle.appendFile(chunk);
    this.#hash.update(chunk);
    this.have += chunk.length;
    return undefined;
  }

  async #restart(): Promise<void> {
    await this.#handle.truncate(0);
    this.#hash = createHash(this.#info.hash.algorithm);
    this.have = 0;
  }

  async #discard(error: CodedError, passing: boolean): Promise<FetchFailure> {
    this.kept = false;
    await rm(this.#path, { force: true });
    return { error, status: undefined, passing };
  }
}

/** Whether `file` is there and is what `info` says. */
export async function holds(file: string, info: TargetInfo): Promise<boolean> {
  const hash = createHash(info.hash.algorithm);
  let length = 0;
  try {
    for await (const chunk of createReadStream(file)) {
      length += chunk.length;
      if (length > info.length) return false;
      hash.update(chunk);
    }
  } catch (problem) {
    if ((problem as NodeJS.ErrnoException).code === "ENOENT") return false;
    throw problem;
  }
  return length === info.length && hash.digest("hex") === info.hash.hex;
}
