import { copyFile, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { silentLogger } from "../../../base/log.ts";
import { assertOk } from "../../../base/result.ts";
import { verifyOffered } from "../../../fleet-agent/update/verify-offered.ts";
import { rotateKey } from "../../../fleet-server/repository/rotate.ts";
import { SetClock, sha256, TestRepository } from "../../fleet/update/update-kit.ts";

let clock: SetClock;
let repository: TestRepository;
let kiosk: Awaited<ReturnType<TestRepository["kiosk"]>>;
let claim: { target: string; length: number; sha256: string; version: string };
let file: string;
let root: Uint8Array;

beforeEach(async () => {
  clock = new SetClock();
  repository = await TestRepository.start(clock);
  root = await repository.root();
  assertOk(await rotateKey(repository.options, "root"), "rotate");
  const { path } = await repository.release("1.0.0");
  kiosk = await repository.kiosk();
  ({ file } = assertOk(await kiosk.update(path), "update"));
  const bytes = await readFile(file);
  claim = { target: path, length: bytes.length, sha256: sha256(bytes), version: "1.0.0" };
});
afterEach(() => repository.close());

const trust = () => join(repository.base, "guard");
const verify = (change: Partial<typeof claim> = {}) =>
  verifyOffered(
    { trust: trust(), offered: kiosk.metadataDirectory, root, clock, log: silentLogger },
    { ...claim, ...change },
    file,
  );
const refused = (code: string) => ({ ok: false, error: { code } });

test("the guard verifies a release from its own root with what the agent has", async () => {
  expect(await verify()).toEqual({ ok: true, value: undefined });
  expect((await readdir(trust())).sort()).toContain("timestamp.json");
});

test("a claim that differs from the signed metadata, or a file that does, is refused", async () => {
  expect(await verify({ version: "2.0.0" })).toMatchObject(refused("update.wrong-content"));
  expect(await verify({ sha256: "0".repeat(64) })).toMatchObject(refused("update.wrong-content"));
  expect(await verify({ target: "releases/other" })).toMatchObject(refused("update.no-such-target"));
  await writeFile(file, "evil");
  expect(await verify()).toMatchObject(refused("update.wrong-content"));
});

test("an agent in wrong hands cannot roll the guard back, freeze it, or lead it by links", async () => {
  assertOk(await verify(), "before");
  const timestamp = join(kiosk.metadataDirectory, "timestamp.json");
  const old = join(repository.base, "old.json");
  await copyFile(timestamp, old);
  await repository.release("2.0.0");
  assertOk(await kiosk.refresh(), "refresh");
  assertOk(await verify(), "newer metadata still have the release");
  await copyFile(old, timestamp);
  expect(await verify()).toMatchObject(refused("update.rollback"));
  await rm(timestamp);
  expect(await verify()).toMatchObject(refused("update.unreachable"));
  await symlink(old, timestamp);
  expect(await verify()).toMatchObject(refused("update.unreachable"));
  await rm(timestamp);
  await writeFile(timestamp, Buffer.alloc(100_000));
  expect(await verify()).toMatchObject(refused("update.too-long"));
  await rm(timestamp);
  assertOk(await kiosk.refresh(), "refresh");
  clock.moveDays(2);
  expect(await verify()).toMatchObject(refused("update.expired"));
});
