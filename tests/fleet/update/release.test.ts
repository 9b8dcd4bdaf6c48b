import { spawnSync } from "node:child_process";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { releaseManifestSchema, servicePackageSchema } from "../../../base/contracts/fleet/release.ts";
import { RELEASE_LIMITS, readArchived, SERVICE_LIMITS, unpackArchive } from "../../../base/node/archive/unpack.ts";
import { assertOk } from "../../../base/result.ts";
import { addServiceDirectory } from "../../../fleet-server/repository/edit.ts";
import { listTargets } from "../../../fleet-server/repository/inspect.ts";
import { buildRelease } from "../../../scripts/build-release.ts";
import { makeRelease } from "../../../scripts/release.ts";
import { PLATFORM, SetClock, TestRepository } from "./update-kit.ts";

const SERVICE = join(import.meta.dirname, "../../../flows/services/fonasa/bono-atencion");
/** Stands in for the agent's main program: any that bundles. */
const agentEntry = join(import.meta.dirname, "kiosk-process.ts");

let scratch: string;
let repository: TestRepository;
beforeEach(async () => {
  scratch = await mkdtemp(join(tmpdir(), "ventanilla-release-test-"));
  repository = await TestRepository.start(new SetClock());
});
afterEach(async () => {
  await repository.close();
  await rm(scratch, { recursive: true, force: true });
});

test("a release is the same byte for byte when it is built again, and its programs start", async () => {
  const build = (output: string) => buildRelease({ version: "1.2.3", output: join(scratch, output), agentEntry });
  const first = await build("first");
  const bytes = await readFile(first);
  expect((await readFile(await build("second"))).equals(bytes)).toBe(true);

  const slot = join(scratch, "slot");
  assertOk(await unpackArchive(first, slot, RELEASE_LIMITS), "unpack");
  expect((await readdir(slot)).sort()).toEqual(["agent", "release.json", "runtime", "shell", "ui"]);
  const manifest = releaseManifestSchema.parse(JSON.parse(await readFile(join(slot, "release.json"), "utf8")));
  expect(manifest).toMatchObject({ version: "1.2.3", platform: PLATFORM });
  expect(JSON.parse(await readFile(join(slot, "runtime", "package.json"), "utf8"))).toMatchObject({ version: "1.2.3" });
  expect(await readdir(join(slot, "runtime", "services"))).toEqual(["chileatiende", "fonasa", "parts", "srcei"]);
  const started = Object.values(manifest.parts).map(({ program, nodeOptions }) => {
    const args = [...nodeOptions, join(slot, program), "--config", join(scratch, "none.yaml")];
    return spawnSync(process.execPath, args, { encoding: "utf8", timeout: 20_000, env: { PATH: process.env.PATH } });
  });
  // Without a configuration they end, each in its own way; none misses a module.
  for (const { stderr } of started) expect(stderr).not.toMatch(/Cannot find|ERR_MODULE|Dynamic require|SyntaxError/);
});

test("one call builds, signs and offers a release; the kiosk unpacks what it verified", async () => {
  const path = assertOk(
    await makeRelease({ version: "2.0.0", agentEntry, repository: repository.options, notes: "first" }),
    "make",
  );
  expect(path).toBe(`releases/ventanilla-2.0.0-${PLATFORM}.tar.zst`);
  const kiosk = await repository.kiosk();
  const { file } = assertOk(await kiosk.update(path), "update");
  assertOk(await unpackArchive(file, join(scratch, "slot"), RELEASE_LIMITS), "unpack");
});

test("a service package holds the definition as it is in the source, and goes to kiosks under the services' key", async () => {
  const versions = { version: "1.4.0", needsRelease: "0.1.0" };
  const path = assertOk(await addServiceDirectory(repository.options, SERVICE, versions), "add");
  await repository.publish();
  const kiosk = await repository.kiosk();
  const { file } = assertOk(await kiosk.update("services/fonasa.bono-atencion-1.4.0.tar.zst"), "update");
  const about = assertOk(await readArchived(file, "package.json", SERVICE_LIMITS), "read");
  expect(servicePackageSchema.parse(JSON.parse(Buffer.from(about ?? []).toString("utf8")))).toEqual({
    service: "fonasa/bono-atencion",
    ...versions,
  });
  const definition = assertOk(await readArchived(file, "service.yaml", SERVICE_LIMITS), "read");
  expect(Buffer.from(definition ?? []).equals(await readFile(join(SERVICE, "service.yaml")))).toBe(true);
  expect(assertOk(await listTargets(repository.directory), "list").map((target) => target.path)).toEqual([path]);

  const other = await addServiceDirectory(repository.options, join(SERVICE, "..", "..", "srcei"), versions);
  expect(other).toMatchObject({ ok: false, error: { code: "update.package" } });
});
