import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { assertOk } from "../../base/result.ts";
import { kioskRules } from "../../provisioning/devices/kiosk-rules.ts";
import { type BuiltPackage, buildPackages } from "../../provisioning/packages/build.ts";
import type { Content } from "../../provisioning/packages/content.ts";

const project = join(import.meta.dirname, "..", "..");
const EPOCH = 1_790_000_000;

let directory: string;
let content: Content;
let built: readonly BuiltPackage[];

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "packages-"));
  const release = join(directory, "release");
  for (const part of ["runtime", "ui", "shell", "agent"]) {
    mkdirSync(join(release, part), { recursive: true });
    writeFileSync(join(release, part, "main.js"), `// ${part}\n`, { mode: 0o600 });
  }
  writeFileSync(join(release, "release.json"), "{}\n");
  const provision = join(directory, "provision");
  mkdirSync(provision);
  writeFileSync(join(provision, "main.js"), "// provision\n");
  content = { version: "1.2.3", release, guard: undefined, provision };
  built = await build("first");
});

afterAll(() => rmSync(directory, { recursive: true, force: true }));

async function build(name: string): Promise<readonly BuiltPackage[]> {
  const made = await buildPackages({ project, out: join(directory, name), epoch: EPOCH, content });
  return assertOk(made, "the packages are built");
}

function fileOf(name: string): string {
  return built.find((each) => each.name === name)?.file ?? "";
}

test("the same content makes the same packages, byte for byte", async () => {
  const again = await build("second");
  expect(again.map(({ name, sha256 }) => ({ name, sha256 }))).toEqual(
    built.map(({ name, sha256 }) => ({ name, sha256 })),
  );
});

test("every file is root's, and nobody else may write it", () => {
  for (const { file } of built) {
    const listed = spawnSync("dpkg-deb", ["-c", file], { encoding: "utf8" }).stdout.trim().split("\n");
    expect(listed.filter((line) => !/^[dl-]rw[x-]r-[x-]r-[x-] root\/root /.test(line))).toEqual([]);
  }
});

test("what a package needs is said, and configuration is marked as such", () => {
  const control = spawnSync("dpkg-deb", ["-f", fileOf("ventanilla-shell")], { encoding: "utf8" }).stdout;
  expect(control).toMatch(/^Depends: ventanilla-runtime \(= 1\.2\.3\), chromium, weston/m);
  const unpacked = join(directory, "control");
  spawnSync("dpkg-deb", ["-e", fileOf("ventanilla-shell"), unpacked]);
  const marked = spawnSync("cat", [join(unpacked, "conffiles")], { encoding: "utf8" }).stdout;
  expect(marked).toContain("/etc/ventanilla/weston.ini");
  expect(marked).toContain("/etc/chromium/policies/managed/ventanilla.json");
});

test("the rules of udev are in the runtime's package, as the table of fingerprints has them", () => {
  const unpacked = join(directory, "runtime");
  spawnSync("dpkg-deb", ["-x", fileOf("ventanilla-runtime"), unpacked]);
  for (const [name, text] of Object.entries(kioskRules()))
    expect(readFileSync(join(unpacked, "usr/lib/udev/rules.d", name), "utf8")).toBe(text);
});

test("the boot repairs a broken disk without asking, and keeps what else its command line says", () => {
  const unpacked = join(directory, "grub");
  spawnSync("dpkg-deb", ["-x", fileOf("ventanilla-runtime"), unpacked]);
  const file = join(unpacked, "etc/default/grub.d/70-ventanilla.cfg");
  const line = spawnSync("sh", ["-c", `GRUB_CMDLINE_LINUX=quiet; . "${file}"; printf %s "$GRUB_CMDLINE_LINUX"`], {
    encoding: "utf8",
  }).stdout;
  expect(line).toBe("quiet fsck.repair=yes");
});

test("maintainer scripts are good shell", () => {
  for (const { file, name } of built) {
    const unpacked = join(directory, `scripts-${name}`);
    spawnSync("dpkg-deb", ["-e", file, unpacked]);
    for (const script of ["postinst", "prerm", "postrm"])
      expect(spawnSync("sh", ["-n", join(unpacked, script)]).status, script).toBe(0);
  }
});
