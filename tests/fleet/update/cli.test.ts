import { execFile } from "node:child_process";
import { cp, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, expect, test } from "vitest";
import { packArchive } from "../../../base/node/archive/pack.ts";
import { systemClock } from "../../../base/node/system-clock.ts";
import { PLATFORM, TestRepository } from "./update-kit.ts";

const ROOT = join(import.meta.dirname, "../../..");
const SERVICE = join(ROOT, "flows/services/srcei/certificado-nacimiento");

let repository: TestRepository;
beforeEach(async () => {
  repository = await TestRepository.start(systemClock);
});
afterEach(() => repository.close());

/** Runs a program of the project; its exit status and what it said. */
async function run(program: string, ...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  try {
    const said = await promisify(execFile)(process.execPath, [join(ROOT, program), ...args]);
    return { code: 0, ...said };
  } catch (problem) {
    return problem as { code: number; stdout: string; stderr: string };
  }
}

const tool = (command: string, ...args: string[]) =>
  run("fleet-server/repository/cli.ts", "repository", command, "--directory", repository.directory, ...args);

test("the operator's tool adds, lists, verifies, rotates and removes; the kiosk's client gets what was added", async () => {
  const keys = ["--keys", repository.keys, "--online-keys", repository.onlineKeys];
  const file = join(repository.base, "release.tar.zst");
  const manifest = { version: "1.0.0", platform: PLATFORM, parts: {} };
  await packArchive([{ name: "release.json", from: Buffer.from(JSON.stringify(manifest)) }], file);
  const path = `releases/ventanilla-1.0.0-${PLATFORM}.tar.zst`;
  expect(await tool("add-release", file, ...keys)).toMatchObject({ code: 0, stdout: `${path}\n` });
  const versions = ["--version", "1.1.0", "--needs-release", "1.0.0"];
  expect(await tool("add-service", SERVICE, ...versions, ...keys)).toMatchObject({ code: 0 });
  expect(await tool("rotate-key", "timestamp", ...keys)).toMatchObject({ code: 0 });
  const { stdout } = await tool("list");
  expect(
    stdout
      .split("\n")
      .filter(Boolean)
      .map((line) => JSON.parse(line).path),
  ).toEqual([path, "services/srcei.certificado-nacimiento-1.1.0.tar.zst"]);
  expect(await tool("verify")).toMatchObject({ code: 0, stdout: expect.stringMatching(/timestamp holds until/) });

  const metadata = join(repository.base, "cli");
  const client = (...args: string[]) =>
    run("fleet-agent/update/cli.ts", "tuf-client", "--metadata-dir", metadata, ...args);
  const root = join(repository.base, "root.json");
  await cp(join(repository.directory, "metadata", "1.root.json"), root);
  expect(await client("init", root)).toMatchObject({ code: 0 });
  const from = ["--metadata-url", `${repository.url}/metadata`];
  expect(await client(...from, "refresh")).toMatchObject({ code: 0 });
  const names = ["root.json", "snapshot.json", "targets.json", "timestamp.json"];
  expect((await readdir(metadata)).filter((name) => name.endsWith(".json"))).toEqual(names);
  const to = ["--target-base-url", `${repository.url}/targets`, "--target-dir", join(repository.base, "cli-targets")];
  const got = await client(...from, ...to, "--target-name", path, "download");
  expect(got).toMatchObject({ code: 0 });
  expect((await readFile(got.stdout.trim())).equals(await readFile(file))).toBe(true);
  expect(await client(...from, "--days-in-future", "2", "refresh")).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^update\.expired/),
  });

  expect(await tool("remove", path, ...keys)).toMatchObject({ code: 0 });
  expect(await client(...from, ...to, "--target-name", path, "download")).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^update\.no-such-target/),
  });
});

test.each([
  ["fleet-server/repository/cli.ts", ["repository", "list"]],
  ["fleet-server/repository/cli.ts", ["repository", "explode", "--directory", "/none", "--keys", "/none", "it"]],
  ["fleet-server/repository/cli.ts", ["repository", "--no-such-option"]],
  ["fleet-agent/update/cli.ts", ["tuf-client", "refresh"]],
  ["fleet-agent/update/cli.ts", ["tuf-client", "--metadata-dir", "/none", "explode"]],
  ["fleet-agent/update/cli.ts", ["tuf-client", "--metadata-dir", "/none", "refresh"]],
])("%s %j says how it is used", async (program, args) => {
  expect(await run(program, ...args)).toMatchObject({ code: 64, stderr: expect.stringMatching(/npm run fleet/) });
});
