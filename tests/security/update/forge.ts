import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { Metadata, MetadataKind, type Root, type Snapshot, type Targets, type Timestamp } from "@tufjs/models";
import { writeDurably } from "../../../base/node/durable-file.ts";
import { makeKey, readKeys, type SigningKey } from "../../../fleet-server/repository/keys.ts";
import { sha256, type TestRepository } from "../../fleet/update/update-kit.ts";

type Signed = Root | Timestamp | Snapshot | Targets;
type Json = Record<string, unknown>;

const KINDS: Readonly<Record<string, MetadataKind>> = {
  root: MetadataKind.Root,
  snapshot: MetadataKind.Snapshot,
  timestamp: MetadataKind.Timestamp,
};

/** An attacker who holds the repository's disk, and the keys that a test gives. */
export class Attacker {
  readonly #repository: TestRepository;

  constructor(repository: TestRepository) {
    this.#repository = repository;
  }

  /** A key that nobody trusts. */
  strangersKey(): Promise<SigningKey> {
    return makeKey(join(this.#repository.base, "attacker"), "stranger");
  }

  /** The stolen keys of a role. */
  async stolen(role: string): Promise<SigningKey[]> {
    const { keys, onlineKeys } = this.#repository;
    return [...(await readKeys(keys, role)), ...(await readKeys(onlineKeys, role))];
  }

  read(name: string): Promise<Buffer> {
    return readFile(this.#file(name));
  }

  async json(name: string): Promise<{ signed: Json; signatures: unknown[] }> {
    return JSON.parse((await this.read(name)).toString("utf8"));
  }

  write(name: string, bytes: Uint8Array): Promise<void> {
    return writeDurably(this.#file(name), bytes);
  }

  /** Changes metadata and signs them with `keys`. */
  async forge(
    from: string,
    to: string,
    keys: readonly SigningKey[],
    change: (signed: Json) => Json = (signed) => signed,
  ): Promise<Buffer> {
    const { signed } = await this.json(from);
    const role = /^(?:\d+\.)?(.*)\.json$/.exec(from)?.[1] ?? "";
    const metadata = Metadata.fromJSON(
      (KINDS[role] ?? MetadataKind.Targets) as MetadataKind.Root,
      {
        signed: change(signed),
        signatures: [],
      } as unknown as Parameters<typeof Metadata.fromJSON>[1],
    ) as Metadata<Signed>;
    for (const key of keys) metadata.sign((data) => key.sign(data));
    const bytes = Buffer.from(JSON.stringify(metadata.toJSON()));
    await this.write(to, bytes);
    return bytes;
  }

  #file(name: string): string {
    return join(this.#repository.directory, "metadata", name);
  }
}

/** What snapshot and timestamp say of a file. */
export function metaOf(version: number, bytes: Uint8Array) {
  return { version, length: bytes.length, hashes: { sha256: sha256(bytes) } };
}
