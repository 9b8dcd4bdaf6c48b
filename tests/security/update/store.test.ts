import { appendFile, chmod, readdir, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, expect, test } from "vitest";
import { assertOk } from "../../../base/result.ts";
import { rotateKey } from "../../../fleet-server/repository/rotate.ts";
import { SetClock, TestRepository } from "../../fleet/update/update-kit.ts";

let clock: SetClock;
let repository: TestRepository;
let kiosk: Awaited<ReturnType<TestRepository["kiosk"]>>;
let path: string;

beforeEach(async () => {
  clock = new SetClock();
  repository = await TestRepository.start(clock);
  ({ path } = await repository.release("1.0.0"));
  kiosk = await repository.kiosk();
  assertOk(await kiosk.update(path), "before");
});
afterEach(() => repository.close());

const stored = (name: string) => join(kiosk.metadataDirectory, name);

test.each(["root.json", "timestamp.json", "snapshot.json", "targets.json", "clock-floor"])(
  "corrupted store: %s torn, emptied, filled with noise or gone is healed by the next refresh",
  async (name) => {
    const whole = await readFile(stored(name));
    const harms: (() => Promise<unknown>)[] = [
      () => truncate(stored(name), Math.floor(whole.length / 2)),
      () => truncate(stored(name), 0),
      () => writeFile(stored(name), Buffer.alloc(whole.length, 0xff)),
      () => appendFile(stored(name), "}"),
      () => rm(stored(name)),
    ];
    for (const harm of harms) {
      await harm();
      assertOk(await kiosk.update(path), name);
      expect(await readFile(stored(name), "utf8")).toBe(whole.toString("utf8"));
    }
  },
);

test("corrupted store: whichever bytes change in whichever file, nothing unsigned is trusted and nothing is thrown", async () => {
  const names = ["root.json", "timestamp.json", "snapshot.json", "targets.json"];
  const change = fc.record({ name: fc.constantFrom(...names), at: fc.nat(2_000), byte: fc.nat(255) });
  await fc.assert(
    fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 6 }), async (changes) => {
      for (const { name, at, byte } of changes) {
        const bytes = await readFile(stored(name));
        bytes[at % bytes.length] = byte;
        await writeFile(stored(name), bytes);
      }
      assertOk(await kiosk.update(path), "update");
    }),
    { numRuns: 40 },
  );
});

test("corrupted store: with every root damaged, the one of the enrolment leads to the newest again", async () => {
  assertOk(await rotateKey(repository.options, "root"), "rotate");
  assertOk(await rotateKey(repository.options, "root"), "rotate");
  assertOk(await kiosk.refresh(), "refresh");
  expect((await readdir(stored("root_history"))).sort()).toEqual(["1.root.json", "2.root.json", "3.root.json"]);
  for (const name of ["root.json", ...[1, 2, 3].map((version) => `root_history/${version}.root.json`)])
    await writeFile(stored(name), "{}");
  assertOk(await kiosk.update(path), "update");
  expect(JSON.parse(await readFile(stored("root.json"), "utf8")).signed.version).toBe(3);
});

test("corrupted store: without any root there is no trust", async () => {
  const lost = await repository.kiosk("lost", { root: Buffer.from("{}") });
  expect(await lost.refresh()).toMatchObject({ ok: false, error: { code: "update.no-root" } });
});

test("the newest root of the history steps in for a torn one, so that an old root key stays worthless", async () => {
  assertOk(await rotateKey(repository.options, "root"), "rotate");
  assertOk(await kiosk.refresh(), "refresh");
  await writeFile(stored("root.json"), "{");
  repository.asked.length = 0;
  assertOk(await kiosk.refresh(), "refresh");
  expect(repository.asked.filter((asked) => asked.endsWith(".root.json"))).toEqual(["/metadata/3.root.json"]);
});

test("a file under a target's name that is not what was signed is replaced", async () => {
  const file = join(kiosk.targetsDirectory, encodeURIComponent(path));
  const whole = await readFile(file);
  await writeFile(file, "evil");
  assertOk(await kiosk.update(path), "update");
  expect((await readFile(file)).equals(whole)).toBe(true);
});

test("off line, what was verified can be looked up and is not fetched again, until it expires", async () => {
  const offline = await repository.kiosk("kiosk");
  repository.tamper = (_path, request) => {
    request.socket.destroy();
    return true;
  };
  const signal = new AbortController().signal;
  const found = assertOk(await offline.client.find(path, signal), "find");
  expect(await offline.client.download(found, signal)).toMatchObject({ ok: true, value: { fetched: 0 } });
  clock.moveDays(2);
  expect(await offline.client.find(path, signal)).toMatchObject({ ok: false, error: { code: "update.unreachable" } });
});

test("a store that cannot be written is an expected error", async () => {
  const blocked = await repository.kiosk("blocked");
  await writeFile(blocked.metadataDirectory, "a file where the directory must be");
  expect(await blocked.refresh()).toMatchObject({ ok: false, error: { code: "update.storage" } });
  await rm(blocked.metadataDirectory);
  await writeFile(blocked.targetsDirectory, "a file where the directory must be");
  await chmod(blocked.targetsDirectory, 0o400);
  expect(await blocked.update(path)).toMatchObject({ ok: false, error: { code: "update.storage" } });
});
