import { mkdir, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { Metadata, MetadataKind, type Root, type Snapshot, type Targets, type Timestamp } from "@tufjs/models";
import { parseJson } from "../../base/json.ts";
import { writeDurably } from "../../base/node/durable-file.ts";
import { type CodedError, coded } from "../../base/registry/coded-error.ts";
import { err, ok, type Result } from "../../base/result.ts";

export type AnyMetadata = Metadata<Root | Timestamp | Snapshot | Targets>;
export type Read<S extends Root | Timestamp | Snapshot | Targets> = {
  readonly metadata: Metadata<S>;
  readonly bytes: Buffer;
};

/** The name under which services' packages are signed, apart from releases: another key, other hands. */
export const SERVICES = "services";

/** Version of the TUF specification that the metadata follow. */
export const SPECIFICATION = "1.0.34";

export const DAY = 24 * 60 * 60 * 1000;
/** How long metadata hold, milliseconds. */
export const LIFE: Readonly<Record<string, number>> = {
  root: 365 * DAY,
  targets: 180 * DAY,
  [SERVICES]: 180 * DAY,
  snapshot: 7 * DAY,
  timestamp: DAY,
};

/** Metadata files with consistent snapshots: `<version>.<role>.json`, and `timestamp.json`. */
export class MetadataFiles {
  readonly directory: string;

  /** @param repository the directory that holds `metadata/` and `targets/`. */
  constructor(repository: string) {
    this.directory = join(repository, "metadata");
  }

  async prepare(): Promise<void> {
    await mkdir(this.directory, { recursive: true });
  }

  async root(version?: number): Promise<Result<Read<Root>, CodedError>> {
    const name = version === undefined ? await this.#newest("root") : `${version}.root.json`;
    return this.#read(name, "root", (data) => Metadata.fromJSON(MetadataKind.Root, data));
  }

  async targets(role: string): Promise<Result<Read<Targets>, CodedError>> {
    const name = await this.#newest(role);
    return this.#read(name, role, (data) => Metadata.fromJSON(MetadataKind.Targets, data));
  }

  async snapshot(): Promise<Result<Read<Snapshot>, CodedError>> {
    const name = await this.#newest("snapshot");
    return this.#read(name, "snapshot", (data) => Metadata.fromJSON(MetadataKind.Snapshot, data));
  }

  timestamp(): Promise<Result<Read<Timestamp>, CodedError>> {
    return this.#read("timestamp.json", "timestamp", (data) => Metadata.fromJSON(MetadataKind.Timestamp, data));
  }

  async write(role: string, metadata: AnyMetadata): Promise<Buffer> {
    const bytes = Buffer.from(`${JSON.stringify(metadata.toJSON(), null, 1)}\n`);
    const name = role === "timestamp" ? "timestamp.json" : `${metadata.signed.version}.${role}.json`;
    await writeDurably(join(this.directory, name), bytes);
    return bytes;
  }

  async #newest(role: string): Promise<string | undefined> {
    const names = await readdir(this.directory).catch(() => []);
    const versions = names
      .filter((name) => name.endsWith(`.${role}.json`))
      .map((name) => Number(name.slice(0, name.indexOf("."))))
      .filter((version) => Number.isSafeInteger(version));
    return versions.length === 0 ? undefined : `${Math.max(...versions)}.${role}.json`;
  }

  async #read<S extends Root | Timestamp | Snapshot | Targets>(
    name: string | undefined,
    role: string,
    parse: (data: Parameters<typeof Metadata.fromJSON>[1]) => Metadata<S>,
  ): Promise<Result<Read<S>, CodedError>> {
    if (name === undefined) return err(coded("update.repository", `${this.directory} has no metadata of ${role}`));
    try {
      const bytes = await readFile(join(this.directory, name));
      return ok({ metadata: parse(parseJson(bytes.toString("utf8")) as Parameters<typeof parse>[0]), bytes });
    } catch (problem) {
      const cause = problem instanceof Error ? problem.message : String(problem);
      return err(coded("update.repository", `${name}: ${cause}`));
    }
  }
}

/** `now` plus the role's life, as metadata write it: seconds, UTC. */
export function expiryOf(role: string, now: number): string {
  return new Date(now + (LIFE[role] ?? DAY)).toISOString().replace(/\.\d{3}Z$/, "Z");
}

/** Whether half of the role's life is over. */
export function halfOver(role: string, expires: string, now: number): boolean {
  return Date.parse(expires) - now < (LIFE[role] ?? DAY) / 2;
}
