import type { TargetFile } from "@tufjs/models";
import type { Clock } from "../../base/clock.ts";
import { targetPathSchema } from "../../base/contracts/fleet/names.ts";
import type { Logger } from "../../base/log.ts";
import { Mutex } from "../../base/mutex.ts";
import { type CodedError, coded } from "../../base/registry/coded-error.ts";
import { err, ok, type Result } from "../../base/result.ts";
import { type Connections, createConnections } from "./connections.ts";
import { describeTarget } from "./describe.ts";

import { FETCH_LIMITS, Fetcher, type FetchLimits } from "./fetcher.ts";
import type { UpdateClient } from "./interface.ts";
import { type CycleOptions, MetadataCycle } from "./metadata-cycle.ts";
import { MetadataStore } from "./metadata-store.ts";
import { TargetFiles, type TargetInfo } from "./target-file.ts";

export type UpdateClientOptions = {
  /** Address of the repository's metadata, e.g. `https://…/updates/metadata/`. */
  readonly metadataUrl: string;
  /** Address of the repository's targets, e.g. `https://…/updates/targets/`. */
  readonly targetsUrl: string;
  /** Directory of the trusted metadata; made when it is missing. */
  readonly metadataDirectory: string;
  /** Directory of the verified files; made when it is missing. */
  readonly targetsDirectory: string;
  /** The root of trust that came with the enrolment, used while the store has none. */
  readonly root?: Readonly<Record<string, unknown>> | Uint8Array;
  readonly clock: Clock;
  /** Uniform in [0, 1): spreads retries. */
  readonly random: () => number;
  readonly log: Logger;
  /** Absent: TLS is checked against the machine's authorities. */
  readonly connections?: Connections;
  /** Headers of every request, e.g. its signature. */
  readonly headers?: (url: URL) => Promise<Readonly<Record<string, string>>>;
  readonly limits?: Partial<FetchLimits>;
};

/** The kiosk's update client, for releases and service packages of this project's repository. */
export function createUpdateClient(options: UpdateClientOptions): UpdateClient {
  const client = new TufClient(options);
  return {
    refresh: (signal) => client.refresh(signal),
    async find(path, signal) {
      if (!targetPathSchema.safeParse(path).success) return err(coded("update.no-such-target", "not a target's path"));
      const found = await client.find(path, signal);
      return found.ok ? describeTarget(found.value) : found;
    },
    download: ({ path, length, sha256 }, signal) =>
      client.download({ path, length, hash: { algorithm: "sha256", hex: sha256 } }, signal),
  };
}

/** A TUF client for any repository. Not to be used by two processes at a time on one directory. */
export class TufClient {
  readonly #options: UpdateClientOptions;
  readonly #store: MetadataStore;
  readonly #fetcher: Fetcher;
  readonly #files: TargetFiles;
  readonly #metadata = new Mutex();
  readonly #downloads = new Mutex();
  #cycle: MetadataCycle | undefined;

  constructor(options: UpdateClientOptions) {
    const { clock, random, connections, headers, limits } = options;
    this.#options = options;
    this.#store = new MetadataStore(options.metadataDirectory);
    this.#fetcher = new Fetcher({
      clock,
      random,
      connections: connections ?? createConnections(() => []),
      headers: headers ?? (async () => ({})),
      limits: { ...FETCH_LIMITS, ...limits },
    });
    this.#files = new TargetFiles(options.targetsDirectory, this.#fetcher, options.log);
  }

  refresh(signal: AbortSignal): Promise<Result<{ readonly expires: number }, CodedError>> {
    return this.#metadata.withLock(async () => {
      const refreshed = await this.#guarded(() => this.#refresh(signal));
      return refreshed.ok ? ok({ expires: refreshed.value.trusted.expires }) : refreshed;
    });
  }

  /** Looks `path` up; from what is on disk while that has not expired, so that it works off line. */
  find(path: string, signal: AbortSignal): Promise<Result<TargetFile, CodedError>> {
    return this.#metadata.withLock(() =>
      this.#guarded(async () => {
        const cycle = await this.#current(signal);
        return cycle.ok ? cycle.value.find(path, signal) : cycle;
      }),
    );
  }

  /** Fetches what `find` gave. */
  download(
    info: TargetInfo,
    signal: AbortSignal,
  ): Promise<Result<{ readonly file: string; readonly fetched: number }, CodedError>> {
    return this.#downloads.withLock(() =>
      this.#guarded(async () => {
        const { clock, log } = this.#options;
        const started = clock.monotonic();
        const cycle = await this.#metadata.withLock(() => this.#current(signal));
        if (!cycle.ok) return cycle;
        const { consistentSnapshot } = cycle.value.trusted.root;
        const got = await this.#files.fetch(info, this.#urlOf(info, consistentSnapshot), signal);
        if (got.ok) {
          const { fetched } = got.value;
          log("update.fetched", { target: info.path, fetched, took: Math.round(clock.monotonic() - started) });
        }
        return got;
      }),
    );
  }

  async #refresh(signal: AbortSignal): Promise<Result<MetadataCycle, CodedError>> {
    const now = await this.#now();
    const cycle = await MetadataCycle.start(this.#cycleOptions(), now);
    if (!cycle.ok) return cycle;
    const refreshed = await cycle.value.refresh(signal);
    if (!refreshed.ok) return refreshed;
    // Everything was valid at this time, so that it cannot be later than the timestamp's expiry: a clock that ran wildly ahead
    // does not shut the kiosk out.
    if (now > (await this.#store.clockFloor())) await this.#store.raiseClockFloor(now);
    this.#cycle = cycle.value;
    const { root, timestamp, snapshot } = cycle.value.trusted;
    this.#options.log("update.refreshed", {
      root: root.version,
      timestamp: timestamp?.version ?? 0,
      snapshot: snapshot?.version ?? 0,
      targets: cycle.value.trusted.targets("targets")?.version ?? 0,
    });
    return ok(cycle.value);
  }

  async #current(signal: AbortSignal): Promise<Result<MetadataCycle, CodedError>> {
    const now = await this.#now();
    if (this.#cycle !== undefined && this.#cycle.trusted.expires > now) return ok(this.#cycle);
    const stored = await MetadataCycle.start(this.#cycleOptions(), now);
    if (stored.ok && (await stored.value.loadStored())) {
      this.#cycle = stored.value;
      return stored;
    }
    return this.#refresh(signal);
  }

  /** The machine's clock, but never before a time at which metadata were verified already. */
  async #now(): Promise<number> {
    return Math.max(this.#options.clock.now(), await this.#store.clockFloor());
  }

  #cycleOptions(): CycleOptions {
    const { metadataUrl, root, log } = this.#options;
    const initialRoot =
      root === undefined || root instanceof Uint8Array ? root : new TextEncoder().encode(JSON.stringify(root));
    const get: CycleOptions["get"] = (name, limit, signal) =>
      this.#fetcher.bytes(new URL(name, directoryUrl(metadataUrl)), limit, signal);
    return { get, store: this.#store, initialRoot, log };
  }

  #urlOf({ path, hash }: TargetInfo, consistent: boolean): URL {
    const parts = path.split("/").map(encodeURIComponent);
    const last = parts.pop() ?? "";
    const file = consistent ? `${hash.hex}.${last}` : last;
    return new URL([...parts, file].join("/"), directoryUrl(this.#options.targetsUrl));
  }

  async #guarded<T>(work: () => Promise<Result<T, CodedError>>): Promise<Result<T, CodedError>> {
    const done = await work().catch((problem: unknown) => err(failure(problem)));
    if (!done.ok) this.#options.log("update.refused", { code: done.error.code, detail: done.error.message });
    return done;
  }
}

/** Files fail in ways that are expected: full, worn out, read only. Anything else is a defect and goes on up. */
function failure(problem: unknown): CodedError {
  if (problem instanceof RangeError) return coded("update.malformed", problem.message);
  const { code, syscall } = problem as NodeJS.ErrnoException;
  if (typeof code === "string" && typeof syscall === "string") return coded("update.storage", `${syscall}: ${code}`);
  throw problem;
}

function directoryUrl(url: string): URL {
  return new URL(url.endsWith("/") ? url : `${url}/`);
}
