import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, mkdtemp, rm, stat } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Clock, SimulatedClock } from "../../../base/clock.ts";
import { silentLogger } from "../../../base/log.ts";
import { packArchive } from "../../../base/node/archive/pack.ts";
import { systemClock } from "../../../base/node/system-clock.ts";
import { assertOk } from "../../../base/result.ts";
import { createUpdateClient, type UpdateClientOptions } from "../../../fleet-agent/update/client.ts";
import { addRelease } from "../../../fleet-server/repository/edit.ts";
import { initRepository } from "../../../fleet-server/repository/make.ts";
import { MetadataFiles } from "../../../fleet-server/repository/metadata-files.ts";
import { signOnline } from "../../../fleet-server/repository/sign-online.ts";

export const PLATFORM = `${process.platform}-${process.arch}`;

/** What a test puts between repository and kiosk: handled when it answers true. */
export type Tamper = (path: string, request: IncomingMessage, response: ServerResponse) => boolean | Promise<boolean>;

/** Date by the test's hand; waits by real time, since sockets are real. */
export class SetClock implements Clock {
  readonly #date = new SimulatedClock();
  #shift = 0;

  now(): number {
    return this.#date.now() + this.#shift;
  }

  monotonic(): number {
    return systemClock.monotonic();
  }

  setTimeout(callback: () => void, milliseconds: number) {
    return systemClock.setTimeout(callback, milliseconds);
  }

  /** @param days may be negative: a clock set back. */
  moveDays(days: number): void {
    this.#shift += days * 24 * 60 * 60 * 1000;
  }
}

/** A repository on disk and on a loopback port, with the tools of the centre. */
export class TestRepository {
  readonly base: string;
  readonly clock: Clock;
  readonly directory: string;
  readonly keys: string;
  readonly onlineKeys: string;
  /** Paths that were asked for. */
  readonly asked: string[] = [];
  tamper: Tamper | undefined;
  readonly #server = createServer((request, response) => void this.#serve(request, response));

  private constructor(base: string, clock: Clock) {
    this.base = base;
    this.clock = clock;
    this.directory = join(base, "repository");
    this.keys = join(base, "keys");
    this.onlineKeys = join(base, "online-keys");
  }

  static async start(clock: Clock): Promise<TestRepository> {
    const repository = new TestRepository(await mkdtemp(join(tmpdir(), "ventanilla-tuf-")), clock);
    assertOk(await initRepository(repository.options), "init");
    const { promise, resolve } = Promise.withResolvers<void>();
    repository.#server.listen(0, "127.0.0.1", resolve);
    await promise;
    return repository;
  }

  get options() {
    const { directory, keys, onlineKeys, clock } = this;
    return { directory, keys, onlineKeys, clock };
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#server.close(() => resolve());
    await promise;
    await rm(this.base, { recursive: true, force: true });
  }

  async publish(): Promise<void> {
    assertOk(await signOnline(this.options), "sign");
  }

  /** Packs a small release and adds it, signed on line too. */
  async release(version: string, content: Uint8Array = Buffer.from(`release ${version}`), platform = PLATFORM) {
    const file = join(this.base, `${version}.tar.zst`);
    const manifest = { version, platform, parts: { runtime: { program: "runtime/main.js", nodeOptions: [] } } };
    await packArchive(
      [
        { name: "release.json", from: Buffer.from(JSON.stringify(manifest)) },
        { name: "runtime/main.js", from: content },
      ],
      file,
    );
    const path = assertOk(await addRelease(this.options, file), "add");
    await this.publish();
    return { path, file };
  }

  async root(): Promise<Uint8Array> {
    return assertOk(await new MetadataFiles(this.directory).root(1), "root").bytes;
  }

  /** A kiosk's update client with a store of its own. */
  async kiosk(name = "kiosk", options: Partial<UpdateClientOptions> = {}) {
    const directory = join(this.base, name);
    await mkdir(directory, { recursive: true });
    const metadataDirectory = join(directory, "metadata");
    const targetsDirectory = join(directory, "targets");
    const client = createUpdateClient({
      metadataUrl: `${this.url}/metadata`,
      targetsUrl: `${this.url}/targets`,
      metadataDirectory,
      targetsDirectory,
      root: await this.root(),
      clock: this.clock,
      random: () => 0.5,
      log: silentLogger,
      ...options,
      limits: {
        pace: { window: 10_000, bytes: 1 },
        retry: { first: 5, factor: 1, cap: 5, attempts: 2, jitter: 0 },
        ...options.limits,
      },
    });
    const signal = new AbortController().signal;
    return {
      client,
      metadataDirectory,
      targetsDirectory,
      refresh: () => client.refresh(signal),
      /** Refresh, look-up and download as one, as the agent does it. */
      async update(path: string) {
        const refreshed = await client.refresh(signal);
        if (!refreshed.ok) return refreshed;
        const found = await client.find(path, signal);
        return found.ok ? client.download(found.value, signal) : found;
      },
    };
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = new URL(request.url ?? "/", "http://x").pathname;
    this.asked.push(path);
    if ((await this.tamper?.(path, request, response)) === true) return;
    const file = join(this.directory, decodeURIComponent(path));
    const there = await stat(file).catch(() => undefined);
    if (!there?.isFile()) {
      response.writeHead(404).end();
      return;
    }
    const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? "")?.[1] ?? 0);
    const range = { "content-range": `bytes ${from}-${there.size - 1}/${there.size}` };
    response.writeHead(from > 0 ? 206 : 200, { "content-length": there.size - from, ...(from > 0 ? range : {}) });
    createReadStream(file, { start: from }).pipe(response);
  }
}

export function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
