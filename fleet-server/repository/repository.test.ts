import { generateKeyPairSync } from "node:crypto";
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { SimulatedClock } from "../../base/clock.ts";
import { createLogger, type LogRecord } from "../../base/log.ts";
import { packArchive } from "../../base/node/archive/pack.ts";
import { publicKeyOf, sealPackage } from "../../base/node/service-package.ts";
import { assertOk } from "../../base/result.ts";
import type { BusMessage } from "../bus/interface.ts";
import { settingsSchema } from "../settings.ts";
import { type OpenDatabase, openDatabase } from "../store/database.ts";
import { migrate } from "../store/migrate.ts";
import { addRelease, addServiceDirectory, addSignedService, fileOf, removeTarget } from "./edit.ts";
import { faultsOf, listTargets } from "./inspect.ts";
import { readKeys } from "./keys.ts";
import { initRepository } from "./make.ts";
import { DAY, MetadataFiles } from "./metadata-files.ts";
import { createRepository } from "./repository.ts";
import { renew, rotateKey } from "./rotate.ts";
import { signOnline } from "./sign-online.ts";

let base: string;
let clock: SimulatedClock;
let options: { directory: string; keys: string; onlineKeys: string; clock: SimulatedClock };
let database: OpenDatabase;

beforeAll(async () => {
  database = await openDatabase({ url: undefined, directory: undefined });
  await migrate(database.db);
}, 120_000);
afterAll(() => database.close());

beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), "ventanilla-repository-"));
  clock = new SimulatedClock();
  options = { directory: join(base, "repository"), keys: join(base, "off"), onlineKeys: join(base, "on"), clock };
  assertOk(await initRepository(options), "init");
});
afterEach(async () => {
  await rm(base, { recursive: true, force: true });
});

async function archive(version: string): Promise<string> {
  const file = join(base, `${version}.tar.zst`);
  const manifest = { version, platform: "linux-x64", parts: {} };
  await packArchive([{ name: "release.json", from: Buffer.from(JSON.stringify(manifest)) }], file);
  return file;
}

async function server() {
  await database.db.deleteFrom("rollout").execute();
  await database.db.deleteFrom("target").execute();
  const published: BusMessage[] = [];
  const logged: LogRecord[] = [];
  const settings = settingsSchema.parse({
    stateDirectory: base,
    console: {},
    devices: {},
    repository: options.directory,
    keys: options.onlineKeys,
  });
  const bus = {
    publish: async (message: BusMessage) => void published.push(message),
    subscribe: () => () => undefined,
    close: async () => undefined,
  };
  const log = createLogger("fleet-server", (record) => void logged.push(record));
  const repository = assertOk(await createRepository({ settings, db: database.db, bus, clock, log }), "repository");
  return { repository, db: database.db, published, logged };
}

const signed = () => signOnline(options);
const refused = (code: string) => ({ ok: false, error: { code } });

test("a new repository has nothing wrong with it, and is not made twice", async () => {
  expect(await faultsOf(options.directory, clock.now())).toEqual([]);
  expect(await initRepository(options)).toMatchObject(refused("update.repository"));
  expect(
    await initRepository({ ...options, directory: join(base, "x"), rootKeys: { count: 1, threshold: 2 } }),
  ).toMatchObject(refused("update.repository"));
});

test("on-line metadata are signed anew at half of their life, and only then", async () => {
  expect(await signed()).toMatchObject({ ok: true, value: { signed: false, snapshot: 1, timestamp: 1 } });
  await clock.advance(DAY / 2 - 1);
  expect(await signed()).toMatchObject({ value: { signed: false } });
  await clock.advance(2);
  expect(await signed()).toMatchObject({ value: { signed: true, snapshot: 1, timestamp: 2 } });
  await clock.advance(3.5 * DAY);
  expect(await signed()).toMatchObject({ value: { signed: true, snapshot: 2, timestamp: 3 } });
});

test("the server mirrors what is signed, tells the others once, and lets go of what was withdrawn", async () => {
  const { repository, db, published, logged } = await server();
  expect(repository.root).toMatchObject({ signed: { _type: "root", version: 1 } });
  const path = assertOk(await addRelease(options, await archive("1.0.0"), "first"), "add");
  await Promise.all([repository.refresh(), repository.refresh()]);
  const { length, sha256 } = assertOk(await listTargets(options.directory), "list")[0] ?? {};
  expect(await db.selectFrom("target").selectAll().execute()).toEqual([
    {
      ...{ path, kind: "release", service: null, version: "1.0.0", platform: "linux-x64", needs_release: null },
      ...{ length, sha256, notes: "first", added_at: clock.now() },
    },
  ]);
  expect(published).toEqual([{ topic: "targets" }]);
  expect(logged.map(({ event }) => event)).toEqual(["update.signed", "update.targets"]);
  assertOk(await removeTarget(options, path), "remove");
  await repository.refresh();
  expect(await db.selectFrom("target").selectAll().execute()).toEqual([]);
  expect(await readdir(join(options.directory, "targets", "releases"))).toEqual([]);
  const expiries = await repository.expiries();
  expect(Object.keys(expiries).sort()).toEqual(["root", "services", "snapshot", "targets", "timestamp"]);
  expect(expiries.timestamp).toBeGreaterThan(clock.now());
});

test("a target that a rollout tells of stays in the mirror", async () => {
  const { repository, db } = await server();
  const path = assertOk(await addRelease(options, await archive("1.0.0")), "add");
  await repository.refresh();
  const rollout = { id: crypto.randomUUID(), target: path, rings: "[]", begun: 0, silent_after: 1, why: "", by: "" };
  const times = { created_at: 1, changed_at: 1 };
  await db
    .insertInto("rollout")
    .values({ ...rollout, ...times, state: "finished", reason: "" } as never)
    .execute();
  assertOk(await removeTarget(options, path), "remove");
  await repository.refresh();
  expect(await db.selectFrom("target").select("path").execute()).toEqual([{ path }]);
});

test("without its keys or with unsigned targets the server signs nothing and says why", async () => {
  const { repository, logged } = await server();
  const files = new MetadataFiles(options.directory);
  const before = assertOk(await files.timestamp(), "timestamp").bytes;
  const targets = join(files.directory, "1.targets.json");
  await writeFile(
    join(files.directory, "2.targets.json"),
    (await readFile(targets, "utf8")).replace('"version": 1', '"version": 2'),
  );
  await repository.refresh();
  expect(logged.at(-1)?.fields).toMatchObject({ code: "update.not-signed" });
  await rm(join(files.directory, "2.targets.json"));
  await rm(options.onlineKeys, { recursive: true });
  await clock.advance(DAY);
  await repository.refresh();
  expect(logged.at(-1)?.fields).toMatchObject({ code: "update.key" });
  expect(assertOk(await files.timestamp(), "timestamp").bytes.equals(before)).toBe(true);
  expect(await faultsOf(options.directory, clock.now())).toEqual([expect.stringMatching(/^timestamp expired/)]);
});

test("a repository restored from an older backup is not signed over what kiosks have seen", async () => {
  assertOk(await addRelease(options, await archive("1.0.0")), "add");
  assertOk(await signed(), "sign");
  await rm(join(options.directory, "metadata", "2.targets.json"));
  expect(await signed()).toMatchObject(refused("update.repository"));
});

test("a version is given once: other content under the same path is refused", async () => {
  const file = await archive("1.0.0");
  const path = assertOk(await addRelease(options, file), "add");
  expect(await addRelease(options, file)).toEqual({ ok: true, value: path });
  await packArchive(
    [
      { name: "release.json", from: Buffer.from('{"version":"1.0.0","platform":"linux-x64","parts":{}}') },
      { name: "more", from: Buffer.from("x") },
    ],
    file,
  );
  expect(await addRelease(options, file)).toMatchObject(refused("update.package"));
});

test("what is no release and no service package is refused with its fault", async () => {
  const file = join(base, "x.tar.zst");
  expect(await addRelease(options, file)).toMatchObject(refused("update.package"));
  await writeFile(file, "no archive");
  expect(await addRelease(options, file)).toMatchObject(refused("update.archive-damaged"));
  await packArchive([{ name: "release.json", from: Buffer.from('{"version":"one"}') }], file);
  expect(await addRelease(options, file)).toMatchObject({
    error: { code: "update.package", message: expect.stringContaining("version") },
  });
  expect(await addServiceDirectory(options, base, { version: "1.0.0", needsRelease: "1.0.0" })).toMatchObject(
    refused("update.package"),
  );
  const service = join(base, "srcei/otro");
  await mkdir(service, { recursive: true });
  await writeFile(join(service, "service.yaml"), "steps:\n  - { id: a, kind: part, use: who }\n");
  const versions = { version: "1.0.0", needsRelease: "1.0.0" };
  expect(await addServiceDirectory(options, service, versions)).toMatchObject({
    error: { code: "update.package", message: expect.stringContaining("parts of other services (who)") },
  });
  await writeFile(join(service, "part.who.yaml"), "part: who\n");
  expect(await addServiceDirectory(options, service, versions)).toMatchObject({ ok: true });
  expect(await removeTarget(options, "releases/none")).toMatchObject(refused("update.no-such-target"));
});

test("what an author signed becomes a target; what another signed, or somebody changed, does not", async () => {
  const key = generateKeyPairSync("ed25519").privateKey;
  const proof = { release: "1.0.0", properties: [], states: 1, events: 0 };
  const named = { service: "srcei/otro", version: "1.0.0", needsRelease: "1.0.0" };
  const manifest = { format: 1 as const, ...named, steps: [], requires: [], operations: [], proof };
  const text = sealPackage(manifest, { "service.yaml": "id: srcei/otro\n" }, key);
  const file = join(base, "srcei.otro-1.0.0.service.json");
  await writeFile(file, text);
  expect(await addSignedService(options, file, "0".repeat(64))).toMatchObject(refused("service.package-untrusted"));
  const path = assertOk(await addSignedService(options, file, publicKeyOf(key)), "add");
  assertOk(await signed(), "sign");
  expect(assertOk(await listTargets(options.directory), "list")).toMatchObject([
    { path, custom: { kind: "service", ...named } },
  ]);
  await writeFile(file, text.replace("id: srcei", "id: fonas"));
  expect(await addSignedService(options, file, publicKeyOf(key))).toMatchObject(refused("service.package-damaged"));
});

test("verification names a file that is missing and one that was changed", async () => {
  const paths: string[] = [];
  for (const version of ["1.0.0", "2.0.0"])
    paths.push(assertOk(await addRelease(options, await archive(version)), "add"));
  assertOk(await signed(), "sign");
  const [first, second] = assertOk(await listTargets(options.directory), "list");
  if (first === undefined || second === undefined) throw new Error("two targets were added");
  await rm(fileOf(options.directory, first.path, first.sha256));
  await writeFile(fileOf(options.directory, second.path, second.sha256), "changed");
  expect(await faultsOf(options.directory, clock.now())).toEqual([
    `${paths[0]}: the file is missing`,
    `${paths[1]}: the file is not what was signed`,
  ]);
});

test("with two of three root keys needed, one alone changes nothing, and each can be replaced", async () => {
  const three = { ...options, directory: join(base, "three"), keys: join(base, "three-off") };
  assertOk(await initRepository({ ...three, rootKeys: { count: 3, threshold: 2 } }), "init");
  const [first, second, third] = await readKeys(three.keys, "root");
  if (first === undefined || second === undefined || third === undefined) throw new Error("three keys were made");
  assertOk(await rotateKey(three, "root", first.key.keyID.slice(0, 8)), "rotate");
  assertOk(await renew(three, "root"), "renew");
  const left = await readKeys(three.keys, "root");
  expect(left).toHaveLength(3);
  expect(left.some(({ key }) => key.keyID === first.key.keyID)).toBe(false);
  await copyFile(second.file, join(base, "kept"));
  for (const { file } of left.slice(1)) await rm(file);
  expect(await renew(three, "root")).toMatchObject(refused("update.key"));
  expect(await rotateKey(three, "root", "0000000000")).toMatchObject(refused("update.key"));
});

test("a rotation that was cut off between its two files leaves a repository that still verifies", async () => {
  for (const role of ["targets", "services"] as const) {
    const upper = role === "targets" ? "root" : "targets";
    assertOk(await rotateKey(options, role), "rotate");
    const names = (await readdir(join(options.directory, "metadata"))).filter((name) =>
      name.endsWith(`.${upper}.json`),
    );
    const newest = names.sort((a, b) => Number.parseInt(b, 10) - Number.parseInt(a, 10))[0] ?? "";
    const file = join(options.directory, "metadata", newest);
    const bytes = await readFile(file);
    await rm(file);
    expect(await listTargets(options.directory)).toMatchObject({ ok: true });
    await writeFile(file, bytes);
    expect(await listTargets(options.directory)).toMatchObject({ ok: true });
  }
});
