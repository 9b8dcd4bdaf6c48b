import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { assertOk } from "../../../base/result.ts";
import { renew, rotateKey } from "../../../fleet-server/repository/rotate.ts";
import { SetClock, TestRepository } from "../../fleet/update/update-kit.ts";
import { Attacker, metaOf } from "./forge.ts";

let clock: SetClock;
let repository: TestRepository;
let attacker: Attacker;
let kiosk: Awaited<ReturnType<TestRepository["kiosk"]>>;

beforeEach(async () => {
  clock = new SetClock();
  repository = await TestRepository.start(clock);
  attacker = new Attacker(repository);
  kiosk = await repository.kiosk();
});
afterEach(() => repository.close());

/** Files that lie in the kiosk's directory of targets. */
async function delivered(): Promise<string[]> {
  return (await readdir(kiosk.targetsDirectory).catch(() => [])).filter((name) => !name.startsWith("."));
}

const refused = (code: string) => ({ ok: false, error: { code } });
const accepted = { ok: true };

/** Replaces what `timestamp.json` says of the snapshot, signed with the stolen key of the timestamp. */
async function timestampOf(version: number, snapshotVersion: number, snapshot: Uint8Array): Promise<void> {
  await attacker.forge("timestamp.json", "timestamp.json", await attacker.stolen("timestamp"), (signed) => ({
    ...signed,
    version,
    meta: { "snapshot.json": metaOf(snapshotVersion, snapshot) },
  }));
}

test("arbitrary package: targets signed by a stranger's key are refused", async () => {
  const { path } = await repository.release("1.0.0");
  const forged = await attacker.forge("2.targets.json", "2.targets.json", [await attacker.strangersKey()]);
  const snapshot = await attacker.forge(
    "2.snapshot.json",
    "2.snapshot.json",
    await attacker.stolen("snapshot"),
    (s) => ({
      ...s,
      meta: { ...(s.meta as object), "targets.json": metaOf(2, forged) },
    }),
  );
  await timestampOf(2, 2, snapshot);
  expect(await kiosk.update(path)).toMatchObject(refused("update.not-signed"));
  expect(await delivered()).toEqual([]);
});

test.each(["timestamp.json", "2.snapshot.json", "2.targets.json"])(
  "arbitrary package: %s with one changed byte is refused",
  async (name) => {
    const { path } = await repository.release("1.0.0");
    const bytes = await attacker.read(name);
    const changed = Buffer.from(bytes.toString("utf8").replace(/"version": ?(\d)/, '"version": 9'));
    expect(changed.equals(bytes)).toBe(false);
    await attacker.write(name, changed);
    expect((await kiosk.update(path)).ok).toBe(false);
    expect(await delivered()).toEqual([]);
  },
);

test("arbitrary package: the services' key cannot sign a release", async () => {
  const { path } = await repository.release("1.0.0");
  assertOk(await kiosk.refresh(), "before");
  const { signed } = await attacker.json("2.targets.json");
  const release = (signed.targets as Record<string, object>)[path];
  const evil = "releases/ventanilla-9.9.9-linux-x64.tar.zst";
  await attacker.forge("1.services.json", "2.services.json", await attacker.stolen("services"), (s) => ({
    ...s,
    version: 2,
    targets: { [evil]: release },
  }));
  await repository.publish();
  expect(await kiosk.update(evil)).toMatchObject(refused("update.no-such-target"));
});

test("rollback: an older timestamp is refused", async () => {
  const old = await attacker.read("timestamp.json");
  const { path } = await repository.release("1.0.0");
  assertOk(await kiosk.refresh(), "before");
  await attacker.write("timestamp.json", old);
  expect(await kiosk.update(path)).toMatchObject(refused("update.rollback"));
});

test("rollback: a newer timestamp that names an older snapshot is refused", async () => {
  await repository.release("1.0.0");
  assertOk(await kiosk.refresh(), "before");
  await timestampOf(99, 1, await attacker.read("1.snapshot.json"));
  expect(await kiosk.refresh()).toMatchObject(refused("update.rollback"));
});

test.each(["targets", "services"])("rollback: a newer snapshot that names older %s is refused", async (role) => {
  await repository.release("1.0.0");
  assertOk(await renew(repository.options, "services"), "renew");
  await repository.publish();
  assertOk(await kiosk.refresh(), "before");
  const snapshot = await attacker.forge(
    "3.snapshot.json",
    "4.snapshot.json",
    await attacker.stolen("snapshot"),
    (s) => ({
      ...s,
      version: 4,
      meta: { ...(s.meta as object), [`${role}.json`]: { version: 1 } },
    }),
  );
  await timestampOf(99, 4, snapshot);
  expect(await kiosk.refresh()).toMatchObject(refused("update.rollback"));
});

test("rollback: a newer snapshot that leaves a role out is refused", async () => {
  assertOk(await kiosk.refresh(), "before");
  const snapshot = await attacker.forge(
    "1.snapshot.json",
    "2.snapshot.json",
    await attacker.stolen("snapshot"),
    (s) => ({
      ...s,
      version: 2,
      meta: { "targets.json": (s.meta as Record<string, unknown>)["targets.json"] },
    }),
  );
  await timestampOf(99, 2, snapshot);
  expect(await kiosk.refresh()).toMatchObject(refused("update.rollback"));
});

test("rollback: the next root with an older version is refused", async () => {
  assertOk(await kiosk.refresh(), "before");
  await attacker.write("2.root.json", await attacker.read("1.root.json"));
  expect(await kiosk.refresh()).toMatchObject(refused("update.rollback"));
});

test("rollback: a target that was withdrawn cannot be had from old targets metadata", async () => {
  const { path } = await repository.release("1.0.0");
  const old = await attacker.read("2.targets.json");
  await repository.release("2.0.0");
  assertOk(await kiosk.refresh(), "before");
  await attacker.write("3.targets.json", old);
  await rm(join(kiosk.metadataDirectory, "targets.json"));
  expect(await kiosk.update(path)).toMatchObject(refused("update.mismatch"));
});

test("freeze: the same metadata for longer than they hold are refused, and a look-up from the disk too", async () => {
  const { path } = await repository.release("1.0.0");
  assertOk(await kiosk.refresh(), "before");
  clock.moveDays(1.1);
  expect(await kiosk.refresh()).toMatchObject(refused("update.expired"));
  expect(await kiosk.update(path)).toMatchObject(refused("update.expired"));
  await repository.publish();
  expect(await kiosk.update(path)).toMatchObject(accepted);
});

test("clock set back: metadata that had expired do not come to life again", async () => {
  await repository.release("1.0.0");
  const frozen = await attacker.read("timestamp.json");
  clock.moveDays(2);
  await repository.publish();
  assertOk(await kiosk.refresh(), "before");
  await rm(join(kiosk.metadataDirectory, "timestamp.json"));
  await attacker.write("timestamp.json", frozen);
  clock.moveDays(-2);
  expect(await kiosk.refresh()).toMatchObject(refused("update.expired"));
});

test("clock far ahead: the kiosk is refused while it lasts and not shut out afterwards", async () => {
  const { path } = await repository.release("1.0.0");
  assertOk(await kiosk.refresh(), "before");
  clock.moveDays(4_000);
  expect(await kiosk.refresh()).toMatchObject(refused("update.expired"));
  clock.moveDays(-4_000);
  expect(await kiosk.update(path)).toMatchObject(accepted);
});

test.each(["timestamp", "snapshot"] as const)(
  "fast-forward: after a rotation of the %s key the kiosk takes small version numbers again",
  async (role) => {
    const timestamp = await attacker.read("timestamp.json");
    const far = 2 ** 31;
    const snapshot = await attacker.forge(
      "1.snapshot.json",
      `${far}.snapshot.json`,
      await attacker.stolen("snapshot"),
      (s) => ({
        ...s,
        version: far,
        meta: { "targets.json": { version: 1 }, "services.json": { version: 1 } },
      }),
    );
    await timestampOf(far, far, snapshot);
    assertOk(await kiosk.refresh(), "the attack itself is well signed");
    await rm(join(repository.directory, "metadata", `${far}.snapshot.json`));
    await attacker.write("timestamp.json", timestamp);
    expect(await kiosk.refresh()).toMatchObject(refused("update.rollback"));
    assertOk(await rotateKey(repository.options, role), "rotate");
    const { path } = await repository.release("1.0.0");
    expect(await kiosk.update(path)).toMatchObject(accepted);
  },
);

test("mix-and-match: snapshot, targets and timestamp of different times do not go together", async () => {
  const oldSnapshot = await attacker.read("1.snapshot.json");
  const oldTargets = await attacker.read("1.targets.json");
  const { path } = await repository.release("1.0.0");
  const [snapshot, targets] = [await attacker.read("2.snapshot.json"), await attacker.read("2.targets.json")];
  await attacker.write("2.snapshot.json", oldSnapshot);
  expect(await kiosk.update(path)).toMatchObject(refused("update.mismatch"));
  await attacker.write("2.snapshot.json", snapshot);
  await attacker.write("2.targets.json", oldTargets);
  expect(await kiosk.update(path)).toMatchObject(refused("update.mismatch"));
  await attacker.write("2.targets.json", targets);
  expect(await kiosk.update(path)).toMatchObject(accepted);
});

test("threshold: a root signed by one of two old keys, or not by its own, is refused", async () => {
  const old = await attacker.stolen("root");
  const stranger = await attacker.strangersKey();
  await attacker.forge("1.root.json", "2.root.json", [stranger], (s) => ({ ...s, version: 2 }));
  expect(await kiosk.refresh()).toMatchObject(refused("update.not-signed"));
  await attacker.forge("1.root.json", "2.root.json", old, (s) => {
    const roles = s.roles as Record<string, { keyids: string[]; threshold: number }>;
    const root = { keyids: [...(roles.root?.keyids ?? []), stranger.key.keyID], threshold: 2 };
    const keys = { ...(s.keys as object), [stranger.key.keyID]: stranger.key.toJSON() };
    return { ...s, version: 2, keys, roles: { ...roles, root } };
  });
  expect(await kiosk.refresh()).toMatchObject(refused("update.not-signed"));
});

test("threshold: one key under two key ids counts once", async () => {
  const [key] = await attacker.stolen("root");
  if (key === undefined) throw new Error("there is a root key");
  const alias = "a".repeat(64);
  await attacker.forge("1.root.json", "2.root.json", [key], (s) => {
    const roles = s.roles as Record<string, { keyids: string[]; threshold: number }>;
    const timestamp = roles.timestamp;
    const [id = ""] = timestamp?.keyids ?? [];
    const keys = s.keys as Record<string, unknown>;
    return {
      ...s,
      version: 2,
      keys: { ...keys, [alias]: keys[id] },
      roles: { ...roles, timestamp: { keyids: [id, alias], threshold: 2 } },
    };
  });
  const timestamp = await attacker.json("timestamp.json");
  const [signature] = timestamp.signatures as { sig: string }[];
  timestamp.signatures.push({ keyid: alias, sig: signature?.sig });
  await attacker.write("timestamp.json", Buffer.from(JSON.stringify(timestamp)));
  expect(await kiosk.refresh()).toMatchObject(refused("update.not-signed"));
});

test.each(["root", "targets", "services", "snapshot", "timestamp"] as const)(
  "key compromise: after a rotation of the %s key the old one signs nothing, and the kiosk goes on",
  async (role) => {
    assertOk(await kiosk.refresh(), "before");
    const old = await attacker.stolen(role);
    assertOk(await rotateKey(repository.options, role), "rotate");
    const { path } = await repository.release("1.0.0");
    expect(await kiosk.update(path)).toMatchObject(accepted);
    const names = (await readdir(join(repository.directory, "metadata"))).filter((name) =>
      name.endsWith(`${role}.json`),
    );
    const version = Math.max(...names.map((name) => Number.parseInt(name, 10) || 0));
    const newest = role === "timestamp" ? "timestamp.json" : `${version}.${role}.json`;
    const forgedName = role === "root" ? `${version + 1}.root.json` : newest;
    const forged = await attacker.forge(newest, forgedName, old, (s) => ({
      ...s,
      version: Number(s.version) + (role === "root" || role === "timestamp" ? 1 : 0),
    }));
    const other = await repository.kiosk("another");
    if (role === "services" || role === "targets") {
      const { signed } = await attacker.json("timestamp.json");
      const current = (signed.meta as Record<string, { version: number }>)["snapshot.json"]?.version ?? 0;
      const snapshot = await attacker.forge(
        `${current}.snapshot.json`,
        `${current + 1}.snapshot.json`,
        await attacker.stolen("snapshot"),
        (s) => ({
          ...s,
          version: current + 1,
          meta: { ...(s.meta as object), [`${role}.json`]: metaOf(version, forged) },
        }),
      );
      await timestampOf(Number(signed.version) + 1, current + 1, snapshot);
    }
    if (role === "snapshot") {
      const { signed } = await attacker.json("timestamp.json");
      await timestampOf(Number(signed.version) + 1, version, forged);
    }
    const answer = await other.update("services/none.none-1.0.0.tar.zst");
    expect(answer).toMatchObject(refused("update.not-signed"));
  },
);

test("endless data: a thief of the root key who never stops rotating is not followed without end", async () => {
  const keys = await attacker.stolen("root");
  repository.tamper = async (path) => {
    const version = Number(/(\d+)\.root\.json$/.exec(path)?.[1]);
    if (version > 1) await attacker.forge("1.root.json", `${version}.root.json`, keys, (s) => ({ ...s, version }));
    return false;
  };
  assertOk(await kiosk.refresh(), "what is signed by the root's own key is valid");
  expect(repository.asked.filter((path) => path.endsWith(".root.json"))).toHaveLength(256);
});

test("deep JSON, wrong types and a foreign role are refused, not thrown", async () => {
  const bodies = [
    "[".repeat(8_000),
    "null",
    "{}",
    '{"signed":{"_type":"targets"},"signatures":[]}',
    '{"signed":{"_type":"timestamp","version":1e400},"signatures":[]}',
    '{"signed":{"_type":"timestamp","__proto__":{"version":1}},"signatures":[{}]}',
    "\u0000\ufffd",
  ];
  for (const body of bodies) {
    await attacker.write("timestamp.json", Buffer.from(body));
    expect(await kiosk.refresh()).toMatchObject(refused("update.malformed"));
  }
  await attacker.write("timestamp.json", Buffer.from([0xff, 0xfe]));
  expect(await kiosk.refresh()).toMatchObject(refused("update.malformed"));
  expect(await readdir(kiosk.metadataDirectory)).toEqual(["root.json", "root_history"]);
});
