import { createHash, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Key, Metadata, MetadataKind, Signature } from "@tufjs/models";
import { Updater } from "tuf-js";
import { afterEach, beforeEach, expect, test } from "vitest";
import { silentLogger } from "../../../base/log.ts";
import { systemClock } from "../../../base/node/system-clock.ts";
import { assertOk } from "../../../base/result.ts";
import { TufClient } from "../../../fleet-agent/update/client.ts";
import { hashOf } from "../../../fleet-agent/update/target-file.ts";
import { ROLES, renew, rotateKey } from "../../../fleet-server/repository/rotate.ts";
import { sha256, TestRepository } from "./update-kit.ts";

let repository: TestRepository;
beforeEach(async () => {
  // tuf-js reads the machine's clock.
  repository = await TestRepository.start(systemClock);
});
afterEach(() => repository.close());

const signal = new AbortController().signal;

test("tuf-js accepts what our tools publish, through every rotation, and gets the same bytes as our client", async () => {
  const metadataDir = join(repository.base, "tuf-js");
  const targetDir = join(repository.base, "tuf-js-targets");
  await mkdir(metadataDir);
  await mkdir(targetDir);
  await writeFile(join(metadataDir, "root.json"), await repository.root());
  const kiosk = await repository.kiosk();
  let version = 0;
  for (const role of [undefined, ...ROLES]) {
    if (role !== undefined) assertOk(await rotateKey(repository.options, role), `rotate ${role}`);
    if (role === "targets") assertOk(await renew(repository.options, "root"), "renew");
    const { path, file } = await repository.release(`1.0.${++version}`);
    const peer = new Updater({
      metadataDir,
      targetDir,
      metadataBaseUrl: `${repository.url}/metadata`,
      targetBaseUrl: `${repository.url}/targets`,
    });
    const info = await peer.getTargetInfo(path);
    if (info === undefined) throw new Error("tuf-js finds the target");
    const theirs = await readFile(await peer.downloadTarget(info));
    const ours = await readFile(assertOk(await kiosk.update(path), `update after ${role}`).file);
    expect(theirs.equals(await readFile(file))).toBe(true);
    expect(ours.equals(theirs)).toBe(true);
    for (const name of ["root", "timestamp", "snapshot", "targets"])
      expect(await readFile(join(kiosk.metadataDirectory, `${name}.json`), "utf8")).toBe(
        await readFile(join(metadataDir, `${name}.json`), "utf8"),
      );
  }
});

type Json = Parameters<typeof Metadata.fromJSON>[1];
type Signer = { readonly key: Key; sign(data: Uint8Array): Signature };

/** A key of another kind than ours, written as PEM. */
function foreignKey(name: string, keyType: "ecdsa" | "rsa"): Signer {
  const pair =
    keyType === "ecdsa"
      ? generateKeyPairSync("ec", { namedCurve: "P-256" })
      : generateKeyPairSync("rsa", { modulusLength: 2048 });
  const scheme = keyType === "ecdsa" ? "ecdsa-sha2-nistp256" : "rsassa-pss-sha256";
  const keyVal = { public: pair.publicKey.export({ type: "spki", format: "pem" }).toString() };
  const privateKey: KeyObject = pair.privateKey;
  return {
    key: new Key({ keyID: name, keyType, scheme, keyVal }),
    sign: (data) =>
      new Signature({
        keyID: name,
        sig: sign(
          "sha256",
          data,
          keyType === "rsa" ? { key: privateKey, padding: 6, saltLength: 32 } : { key: privateKey },
        ).toString("hex"),
      }),
  };
}

test.each([true, false])(
  "our client reads a repository of another maker: other keys, thresholds, nested and hashed delegations (consistent snapshots: %s)",
  async (consistent) => {
    const [a, b] = [foreignKey("a", "ecdsa"), foreignKey("b", "rsa")];
    const keys = { a: a.key.toJSON(), b: b.key.toJSON() };
    const both = { keyids: ["a", "b"], threshold: 2 };
    const metadata = join(repository.directory, "foreign");
    await mkdir(metadata);
    const write = async (kind: MetadataKind, role: string, signed: object) => {
      const document = { _type: kind, spec_version: "1.0.31", version: 1, expires: "2099-01-01T00:00:00Z", ...signed };
      const made = Metadata.fromJSON(
        kind as MetadataKind.Root,
        { signed: document, signatures: [] } as unknown as Json,
      );
      for (const signer of [a, b]) made.sign((data) => signer.sign(data));
      const prefix = role === "root" || (consistent && role !== "timestamp") ? "1." : "";
      const bytes = Buffer.from(JSON.stringify(made.toJSON()));
      await writeFile(join(metadata, `${prefix}${role}.json`), bytes);
      return bytes;
    };
    const contents: Record<string, Buffer> = {};
    const targetsOf = (path: string) => {
      const bytes = Buffer.from(`content of ${path}`);
      contents[path] = bytes;
      const hashes = { sha256: sha256(bytes), sha512: createHash("sha512").update(bytes).digest("hex") };
      return { [path]: { length: bytes.length, hashes } };
    };
    const root = await write(MetadataKind.Root, "root", {
      consistent_snapshot: consistent,
      keys,
      roles: { root: both, targets: both, snapshot: both, timestamp: both },
    });
    const role = (name: string, paths: string[]) => ({ ...both, name, terminating: false, paths });
    await write(MetadataKind.Targets, "targets", {
      targets: targetsOf("top.txt"),
      delegations: { keys, roles: [role("a/?", ["x/*"]), role("second", ["x/*", "y/*/*"])] },
    });
    await write(MetadataKind.Targets, encodeURIComponent("a/?"), {
      targets: targetsOf("x/one.txt"),
      delegations: { keys, succinct_roles: { ...both, bit_length: 1, name_prefix: "bin" } },
    });
    await write(MetadataKind.Targets, "second", {
      targets: { ...targetsOf("y/z/two.txt"), ...targetsOf("x/never.txt") },
    });
    await write(MetadataKind.Targets, "bin-0", { targets: targetsOf("x/0.txt") });
    await write(MetadataKind.Targets, "bin-1", { targets: targetsOf("x/1.txt") });
    const meta = Object.fromEntries(
      ["targets", "a/?", "second", "bin-0", "bin-1"].map((name) => [`${name}.json`, { version: 1 }]),
    );
    await write(MetadataKind.Snapshot, "snapshot", { meta });
    await write(MetadataKind.Timestamp, "timestamp", { meta: { "snapshot.json": { version: 1 } } });
    repository.tamper = async (path, _request, response) => {
      if (path.startsWith("/foreign/")) {
        const bytes = await readFile(join(metadata, path.slice("/foreign/".length))).catch(() => undefined);
        response.writeHead(bytes === undefined ? 404 : 200).end(bytes);
        return true;
      }
      const [, base = "", name = ""] = /^\/files\/(.*?)([^/]*)$/.exec(decodeURIComponent(path)) ?? [];
      const hashed = /^([0-9a-f]{128})\.(.*)$/.exec(name);
      const bytes = contents[`${base}${consistent ? hashed?.[2] : name}`];
      if (bytes === undefined) return false;
      response.end(bytes);
      return true;
    };
    const client = new TufClient({
      metadataUrl: `${repository.url}/foreign`,
      targetsUrl: `${repository.url}/files`,
      metadataDirectory: join(repository.base, "ours"),
      targetsDirectory: join(repository.base, "ours-targets"),
      root,
      clock: repository.clock,
      random: () => 0.5,
      log: silentLogger,
    });
    const metadataDir = join(repository.base, "tuf-js");
    await mkdir(metadataDir);
    await writeFile(join(metadataDir, "root.json"), root);
    const peer = new Updater({ metadataDir, metadataBaseUrl: `${repository.url}/foreign` });
    for (const path of [...Object.keys(contents), "x/none.txt", "y/none.txt"]) {
      const ours = await client.find(path, signal);
      const theirs = await peer.getTargetInfo(path);
      expect(ours.ok, path).toBe(theirs !== undefined);
      if (!ours.ok || theirs === undefined) continue;
      expect(ours.value.toJSON()).toEqual(theirs.toJSON());
      const hash = assertOk(hashOf(ours.value.hashes), "hash");
      const got = await client.download({ path, length: ours.value.length, hash }, signal);
      expect(await readFile(assertOk(got, path).file, "utf8")).toBe(`content of ${path}`);
    }
  },
);
