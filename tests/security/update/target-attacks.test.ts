import { randomBytes } from "node:crypto";
import { copyFile, mkdir, readdir, readFile, stat, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { assertOk } from "../../../base/result.ts";
import { fitsThisMachine } from "../../../fleet-agent/update/describe.ts";
import { PLATFORM, SetClock, TestRepository } from "../../fleet/update/update-kit.ts";
import { until } from "../../support/until.ts";
import { Attacker, metaOf } from "./forge.ts";

/** Does not compress: its length is that of the archive, about. */
const CONTENT = randomBytes(300_000);

const IMPATIENT = { limits: { pace: { window: 800, bytes: 1_000 } } };

let clock: SetClock;
let repository: TestRepository;
let kiosk: Awaited<ReturnType<TestRepository["kiosk"]>>;
let release: Awaited<ReturnType<TestRepository["release"]>>;

beforeEach(async () => {
  clock = new SetClock();
  repository = await TestRepository.start(clock);
  kiosk = await repository.kiosk();
  release = await repository.release("1.0.0", CONTENT);
});
afterEach(() => repository.close());

const refused = (code: string) => ({ ok: false, error: { code } });

/** Names in the directory of targets: verified ones, and `.part` for what is not complete. */
async function names(): Promise<string[]> {
  return readdir(kiosk.targetsDirectory).catch(() => []);
}

async function expectWhole(answer: Awaited<ReturnType<typeof kiosk.update>>): Promise<number> {
  const { file, fetched } = assertOk(answer, "update");
  expect((await readFile(file)).equals(await readFile(release.file))).toBe(true);
  expect(await names()).toHaveLength(1);
  return fetched;
}

const isTarget = (path: string) => path.startsWith("/targets/");

test("arbitrary package: a target of the right length and wrong content never gets its name", async () => {
  const { size } = await stat(release.file);
  repository.tamper = (path, _request, response) => {
    if (!isTarget(path)) return false;
    response.writeHead(200, { "content-length": size }).end(randomBytes(size));
    return true;
  };
  expect(await kiosk.update(release.path)).toMatchObject(refused("update.wrong-content"));
  expect(await names()).toEqual([]);
});

test.each(["with a content length", "without a content length"])(
  "endless data: a target %s is cut off",
  async (kind) => {
    let sent = 0;
    repository.tamper = (path, _request, response) => {
      if (!isTarget(path)) return false;
      response.writeHead(200, kind.startsWith("without") ? {} : { "content-length": 10_000_000_000 });
      const more = () => {
        while (!response.destroyed && response.write(CONTENT)) sent += CONTENT.length;
      };
      response.on("drain", more);
      more();
      return true;
    };
    expect(await kiosk.update(release.path)).toMatchObject(refused("update.too-long"));
    expect(sent).toBeLessThan(20_000_000);
    expect(await names()).toEqual([]);
  },
);

test.each(["2.root.json", "timestamp.json", "2.snapshot.json", "2.targets.json"])(
  "endless data: %s is cut off",
  async (name) => {
    repository.tamper = (path, _request, response) => {
      if (!path.endsWith(`/${name}`)) return false;
      const more = () => {
        while (!response.destroyed && response.write(CONTENT));
      };
      response.on("drain", more);
      more();
      return true;
    };
    expect(await kiosk.update(release.path)).toMatchObject(refused("update.too-long"));
  },
);

test.each(["timestamp.json", "targets"])("slow retrieval: %s in drops is given up", async (name) => {
  kiosk = await repository.kiosk("impatient", IMPATIENT);
  let asked = 0;
  const dripping = new Set<NodeJS.Timeout>();
  repository.tamper = (path, _request, response) => {
    if (!path.includes(name) || path.includes("targets.json")) return false;
    asked++;
    response.writeHead(200);
    const drip = setInterval(() => response.write("x"), 20);
    dripping.add(drip);
    response.on("close", () => clearInterval(drip));
    return true;
  };
  expect(await kiosk.update(release.path)).toMatchObject(refused("update.too-slow"));
  expect(asked).toBe(3);
  for (const drip of dripping) clearInterval(drip);
});

test("slow retrieval: an answer that never begins is given up", async () => {
  kiosk = await repository.kiosk("impatient", IMPATIENT);
  repository.tamper = (path) => path.includes("timestamp.json");
  expect(await kiosk.refresh()).toMatchObject(refused("update.too-slow"));
});

test("a download that breaks off again and again goes on where it was", async () => {
  const { size } = await stat(release.file);
  const taken = async () => {
    const [part] = (await readdir(kiosk.targetsDirectory).catch(() => [])).filter((name) => name.endsWith(".part"));
    return part === undefined ? 0 : (await stat(join(kiosk.targetsDirectory, part))).size;
  };
  repository.tamper = async (path, request, response) => {
    if (!isTarget(path)) return false;
    const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? "")?.[1] ?? 0);
    const bytes = (await readFile(release.file)).subarray(from);
    const range = { "content-range": `bytes ${from}-${size - 1}/${size}` };
    response.writeHead(from > 0 ? 206 : 200, { "content-length": bytes.length, ...(from > 0 ? range : {}) });
    if (bytes.length <= 60_000) response.end(bytes);
    else {
      response.write(bytes.subarray(0, 60_000));
      // Only what the kiosk has taken to its disk counts: a line that breaks earlier takes with it what was on the way.
      await until("the kiosk has the part", async () => (await taken()) >= from + 60_000);
      response.destroy();
    }
    return true;
  };
  expect(await expectWhole(await kiosk.update(release.path))).toBe(size);
  expect(repository.asked.filter(isTarget).length).toBeGreaterThan(4);
});

test("truncated: a target that ends early, and says so, is refused", async () => {
  repository.tamper = (path, _request, response) => {
    if (!isTarget(path)) return false;
    response.writeHead(200, { "content-length": 1_000 }).end(Buffer.alloc(1_000));
    return true;
  };
  expect(await kiosk.update(release.path)).toMatchObject(refused("update.wrong-content"));
  expect(await names()).toEqual([]);
});

test("resumed: what another repository sent before, or what rotted on the disk, is found out and fetched anew", async () => {
  await kiosk.refresh();
  const { hashes } = await targetOf(release.path);
  const part = join(kiosk.targetsDirectory, `.${encodeURIComponent(release.path)}.${hashes.sha256.slice(0, 24)}.part`);
  await mkdir(kiosk.targetsDirectory, { recursive: true });
  for (const left of [randomBytes(100_000), randomBytes((await stat(release.file)).size), randomBytes(999_999)]) {
    await writeFile(part, left);
    await expectWhole(await kiosk.update(release.path));
    await writeFile(join(kiosk.targetsDirectory, encodeURIComponent(release.path)), "rotten");
  }
});

test.each([
  ["a range that was not asked for", 206, "bytes 5-9/10"],
  ["the whole, although a part was asked for", 200, undefined],
  ["that there is no such range", 416, undefined],
])("resumed: the repository answers with %s", async (_name, status, range) => {
  await kiosk.refresh();
  const { hashes } = await targetOf(release.path);
  await mkdir(kiosk.targetsDirectory, { recursive: true });
  const part = `.${encodeURIComponent(release.path)}.${hashes.sha256.slice(0, 24)}.part`;
  await copyFile(release.file, join(kiosk.targetsDirectory, part));
  await truncate(join(kiosk.targetsDirectory, part), 100_000);
  repository.tamper = async (path, request, response) => {
    if (!isTarget(path) || request.headers.range === undefined) return false;
    response.writeHead(status, range === undefined ? {} : { "content-range": range });
    response.end(status === 200 ? await readFile(release.file) : "wrong");
    return true;
  };
  await expectWhole(await kiosk.update(release.path));
});

test("a redirect to another place is not followed", async () => {
  repository.tamper = (path, _request, response) => {
    if (!isTarget(path)) return false;
    response.writeHead(302, { location: `${repository.url}/elsewhere` }).end();
    return true;
  };
  expect(await kiosk.update(release.path)).toMatchObject(refused("update.unreachable"));
  expect(repository.asked.some((path) => path.includes("elsewhere"))).toBe(false);
});

test("path traversal: a signed target with a path that leaves the directory is not looked up, and its file stays inside", async () => {
  const attacker = new Attacker(repository);
  const evil = "../../../../tmp/evil";
  const targets = await attacker.forge("2.targets.json", "3.targets.json", await attacker.stolen("targets"), (s) => ({
    ...s,
    version: 3,
    targets: { [evil]: Object.values(s.targets as object)[0] },
  }));
  expect(metaOf(3, targets).version).toBe(3);
  await repository.publish();
  expect(await kiosk.update(evil)).toMatchObject(refused("update.no-such-target"));
  for (const path of ["/etc/passwd", "a/../b", "a\\b", "", ".hidden", "a//b", "a\u0000b"])
    expect(await kiosk.update(path)).toMatchObject(refused("update.no-such-target"));
});

test("wrong hardware: a release for another platform does not fit", async () => {
  const other = await repository.release("3.0.0", Buffer.from("x"), "win32-arm64");
  await kiosk.refresh();
  const signal = new AbortController().signal;
  const foreign = assertOk(await kiosk.client.find(other.path, signal), "find");
  expect(fitsThisMachine(foreign.custom)).toMatchObject(refused("update.unfit"));
  const ours = assertOk(await kiosk.client.find(release.path, signal), "find");
  expect(fitsThisMachine(ours.custom, PLATFORM)).toEqual({ ok: true, value: undefined });
});

test("a target whose description is not of this project's form is refused", async () => {
  const attacker = new Attacker(repository);
  await attacker.forge("2.targets.json", "3.targets.json", await attacker.stolen("targets"), (s) => {
    const [target] = Object.values(s.targets as Record<string, object>);
    return { ...s, version: 3, targets: { "releases/x.tar.zst": { ...target, custom: { kind: "release" } } } };
  });
  await repository.publish();
  expect(await kiosk.update("releases/x.tar.zst")).toMatchObject(refused("update.malformed"));
});

async function targetOf(path: string): Promise<{ hashes: { sha256: string } }> {
  const { signed } = await new Attacker(repository).json("2.targets.json");
  const target = (signed.targets as Record<string, { hashes: { sha256: string } }>)[path];
  if (target === undefined) throw new Error(`${path} is not in the repository`);
  return target;
}
